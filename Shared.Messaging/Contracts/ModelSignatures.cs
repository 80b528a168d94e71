namespace Skipper.Shared.Messaging.Contracts;

/// <summary>What a model takes and what it answers.</summary>
public sealed record ModelSignature
{
    /// <summary>The inputs, in the order of a row that is an array.</summary>
    public required IReadOnlyList<ModelInput> Inputs { get; init; }

    /// <summary>The outputs, in the order the engine answers.</summary>
    public required IReadOnlyList<ModelOutput> Outputs { get; init; }

    /// <summary>What is done with an input that is absent or null: <c>refuse</c>, or <c>allow</c> where the model was made for that.</summary>
    public required string Missing { get; init; }
}

/// <summary>One input of a model.</summary>
public sealed record ModelInput
{
    /// <summary>Name, as in the rows of a request.</summary>
    public required string Name { get; init; }

    /// <summary><c>number</c>, <c>integer</c>, <c>text</c> or <c>timestamp</c>.</summary>
    public required string Type { get; init; }

    /// <summary>Whether a row without it is refused. Default: yes.</summary>
    public bool Required { get; init; } = true;

    /// <summary>Smallest value seen in training, in its own unit; absent = not known.</summary>
    public double? Minimum { get; init; }

    /// <summary>Largest value seen in training; absent = not known.</summary>
    public double? Maximum { get; init; }

    /// <summary>The texts seen in training; absent = not a text, or not known.</summary>
    public IReadOnlyList<string>? Categories { get; init; }
}

/// <summary>One output of a model.</summary>
public sealed record ModelOutput
{
    /// <summary>Name, as in the predictions.</summary>
    public required string Name { get; init; }

    /// <summary><c>number</c> (in the target's unit), <c>probability</c> (0 to 1) or <c>score</c> (only its order means something).</summary>
    public required string Type { get; init; }
}

/// <summary>
/// Rows with known answers: whoever loads the model replays them, so that a file or a library that answers differently is never served.
/// </summary>
public sealed record GoldenRows
{
    /// <summary>What goes into the engine, after preprocessing; absent values are null.</summary>
    public required IReadOnlyList<IReadOnlyList<double?>> Inputs { get; init; }

    /// <summary>What came out when the version was made, one list for each row.</summary>
    public required IReadOnlyList<IReadOnlyList<double>> Outputs { get; init; }

    /// <summary>How far an answer may be off, as a share of the larger of 1 and the expected value.</summary>
    public required double Tolerance { get; init; }
}

/// <summary>Where a version comes from.</summary>
public sealed record ModelLineage
{
    /// <summary><c>trained</c> or <c>imported</c>.</summary>
    public required string Source { get; init; }

    /// <summary>The run that made it; absent = a call that was no run.</summary>
    public Guid? RunId { get; init; }

    /// <summary>The version of this model that was the newest before; absent = it is the first.</summary>
    public int? Parent { get; init; }

    /// <summary>Version of the program that made it.</summary>
    public string? CodeVersion { get; init; }

    /// <summary>Seed of split and training; absent = not known.</summary>
    public int? Seed { get; init; }

    /// <summary>Digest of the rows that the test metrics were measured on; metrics with the same digest may be compared.</summary>
    public string? TestDigest { get; init; }

    /// <summary>Who asked for it; absent = not said.</summary>
    public string? Actor { get; init; }
}
