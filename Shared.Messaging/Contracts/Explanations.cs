using System.Text.Json;

namespace Skipper.Shared.Messaging.Contracts;

/// <summary>
/// Asks why a model predicts what it predicts: how much each input contributes to each output. Trees: TreeSHAP; lines: coefficient
/// times the distance from the mean. Nothing of it is stored or counted as a prediction.
/// </summary>
[TaskType("explain", Queues.Serving, Idempotent = true)]
public sealed record ExplainRows : IRequest<ExplanationBatch>
{
    /// <summary>Model and rows.</summary>
    public required ExplanationRows Data { get; init; }
}

/// <summary>A model and the rows to explain.</summary>
public sealed record ExplanationRows
{
    /// <summary>Model name, optionally with <c>@version</c> or <c>@alias</c>; absent = the default model <c>housing</c>.</summary>
    public string? Model { get; init; }

    /// <summary>Rows as in a prediction; rows times outputs may be at most 1000.</summary>
    public required IReadOnlyList<JsonElement> Rows { get; init; }

    /// <summary>Names of the outputs to explain; absent = all.</summary>
    public IReadOnlyList<string>? Outputs { get; init; }
}

/// <summary>Explanations, in the order of the rows.</summary>
public sealed record ExplanationBatch
{
    /// <summary>Model name.</summary>
    public required string Model { get; init; }

    /// <summary>The version that predicted all rows.</summary>
    public required int Version { get; init; }

    /// <summary>One object per row: output name to explanation.</summary>
    public required IReadOnlyList<IReadOnlyDictionary<string, Explanation>> Explanations { get; init; }
}

/// <summary>Why one output of one row is what it is: bias and contributions add up to the margin.</summary>
public sealed record Explanation
{
    /// <summary>What is predicted, as a prediction says it.</summary>
    public required double Prediction { get; init; }

    /// <summary>
    /// The sum that the prediction is made of: log odds where probabilities or shares are predicted, the logarithm of what is predicted for
    /// counts and other positive values, otherwise the prediction itself.
    /// </summary>
    public required double Margin { get; init; }

    /// <summary>The margin where nothing is known of the row.</summary>
    public required double Bias { get; init; }

    /// <summary>Input name to what it adds to the bias, in the unit of the margin.</summary>
    public required IReadOnlyDictionary<string, double> Contributions { get; init; }
}
