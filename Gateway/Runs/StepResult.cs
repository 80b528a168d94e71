namespace Skipper.Gateway.Runs;

/// <summary>How an attempt ended: with an output, or with an error.</summary>
/// <param name="Output">What the worker answered, byte for byte.</param>
/// <param name="Error">Absent = it succeeded.</param>
internal sealed record StepResult(string? Output, StepError? Error)
{
    public static StepResult Success(string output) => new(output, null);

    public static StepResult Failure(StepError error) => new(null, error);
}

/// <summary>What came back for an attempt.</summary>
/// <param name="Attempt">Which one.</param>
/// <param name="ClaimId">The claim under which it was made; absent = its worker does not claim.</param>
/// <param name="Result">What it is.</param>
internal sealed record AttemptResult(AttemptId Attempt, Guid? ClaimId, StepResult Result);

/// <summary>What a result changed.</summary>
internal enum ResultEffect
{
    /// <summary>Nothing: another attempt counts, or the step has ended.</summary>
    Stale,

    /// <summary>The step has ended, and with it the run.</summary>
    Finished,

    /// <summary>The step has ended; others of its run go on.</summary>
    Advanced,

    /// <summary>The step will be tried again.</summary>
    Retried,
}
