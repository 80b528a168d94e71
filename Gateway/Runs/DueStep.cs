namespace Skipper.Gateway.Runs;

/// <summary>A step whose message is to be sent now.</summary>
internal sealed record DueStep
{
    public Guid RunId { get; init; }

    public required string Step { get; init; }

    public int Attempt { get; init; }

    public required string Queue { get; init; }

    /// <summary>How often the queue turned out not to exist.</summary>
    public int UnroutableCount { get; init; }

    public required string Request { get; init; }

    public string? TraceParent { get; init; }

    public AttemptId AttemptId => new(RunId, Step, Attempt);
}
