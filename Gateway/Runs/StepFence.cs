namespace Skipper.Gateway.Runs;

/// <summary>The condition under which a step may be changed, as SQL over the columns of <c>gateway.steps</c>.</summary>
/// <param name="Attempt">The attempt that must still count.</param>
/// <param name="ClaimId">The claim that must still hold; absent where there was none.</param>
/// <param name="Sql">The condition on state and claim.</param>
/// <param name="Before">A time that the condition compares with.</param>
internal sealed record StepFence(AttemptId Attempt, Guid? ClaimId, string Sql, DateTimeOffset? Before)
{
    public static StepFence Of(AttemptId attempt, Guid? claimId) => claimId is null
        ? new(attempt, null, "state IN ('queued', 'dispatched')", null)
        : new(attempt, claimId, "state IN ('running', 'cancelling') AND claim_id = @ClaimId", null);

    public static StepFence LeaseExpired(AttemptId attempt, DateTimeOffset now) =>
        new(attempt, null, "state IN ('running', 'cancelling') AND lease_until < @Before", now);

    public static StepFence DeadlinePassed(AttemptId attempt, DateTimeOffset now) =>
        new(attempt, null, "state IN ('dispatched', 'running', 'cancelling') AND deadline_at < @Before", now);
}
