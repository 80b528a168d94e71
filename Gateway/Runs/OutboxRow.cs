namespace Skipper.Gateway.Runs;

/// <summary>A message that waits to be sent.</summary>
internal sealed record OutboxRow
{
    public long Id { get; init; }

    public Guid RunId { get; init; }

    public required string Step { get; init; }

    public int Attempt { get; init; }

    public required string Queue { get; init; }

    public int Tries { get; init; }

    public required string Request { get; init; }

    /// <summary>False when the step has ended or another attempt counts: there is nothing to send any more.</summary>
    public bool IsOpen { get; init; }

    public AttemptId AttemptId => new(RunId, Step, Attempt);
}
