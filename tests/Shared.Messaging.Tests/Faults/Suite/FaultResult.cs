namespace Skipper.Shared.Messaging.Tests.Faults.Suite;

/// <summary>What became of the calls that were made around one fault.</summary>
internal sealed record FaultResult
{
    public required string Fault { get; init; }

    public required int Calls { get; init; }

    public required int Answered { get; init; }

    /// <summary>Ended with the retryable <c>unavailable</c>.</summary>
    public required int Unavailable { get; init; }

    /// <summary>Ended with <c>deadline_exceeded</c> at their deadline.</summary>
    public required int DeadlineExceeded { get; init; }

    /// <summary>Ended with anything else.</summary>
    public required int Unclear { get; init; }

    /// <summary>Got the answer to another call.</summary>
    public required int Wrong { get; init; }

    /// <summary>Had no outcome at all.</summary>
    public required int Lost { get; init; }

    /// <summary>Had more outcomes than one.</summary>
    public required int AnsweredTwice { get; init; }

    /// <summary>Ended more than a second after their deadline.</summary>
    public required int Hung { get; init; }

    /// <summary>Deliveries to a worker that it neither answered nor gave back, nor tried to.</summary>
    public required int RunWithoutAnswer { get; init; }

    /// <summary>Calls that were worked on more than once: at-least-once delivery, allowed.</summary>
    public required int Repeated { get; init; }

    /// <summary>From the end of the fault to the first answer to a call begun after it.</summary>
    public required TimeSpan? Recovery { get; init; }

    /// <summary>What must be zero.</summary>
    public int Violations => Unclear + Wrong + Lost + AnsweredTwice + RunWithoutAnswer;
}
