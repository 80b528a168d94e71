namespace Skipper.Gateway.Runs;

/// <summary>What the status answer needs to know about a run.</summary>
internal sealed record RunStatus
{
    public required Guid Id { get; init; }

    public required string TaskType { get; init; }

    public required string State { get; init; }

    public string? Output { get; init; }

    public string? Error { get; init; }

    public double? ProgressPercent { get; init; }

    public string? ProgressMessage { get; init; }

    public required string Queue { get; init; }

    public required string StepState { get; init; }

    public int Attempt { get; init; }

    /// <summary>How often the queue turned out not to exist, for a step that still waits to be sent.</summary>
    public int? UnroutableTries { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }
}
