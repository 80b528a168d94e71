namespace Skipper.Soak.Worker;

/// <summary>A step of the soak.</summary>
internal sealed record SoakWork
{
    /// <summary>What the step is told.</summary>
    public required SoakOrder Data { get; init; }
}

/// <summary>What the step is told.</summary>
internal sealed record SoakOrder
{
    /// <summary>The key of the request that started the run.</summary>
    public required string Key { get; init; }

    /// <summary>The effect of the step before; empty for the first.</summary>
    public required string After { get; init; }
}

/// <summary>What one execution did. No two executions do the same, so what is stored tells which of them counted.</summary>
/// <param name="Key">That of the order.</param>
/// <param name="After">That of the order.</param>
/// <param name="Effect">New for each execution.</param>
internal sealed record SoakEffect(string Key, string After, string Effect);
