namespace Skipper.Gateway.Jobs;

/// <summary>
/// Does what a firing says it is time for. Idempotent, because a firing may come twice, and short: no longer than a few transactions.
/// </summary>
internal interface IJobHandler
{
    /// <summary>Throws where it should be called again later.</summary>
    Task HandleAsync(JobFiring firing, CancellationToken cancellationToken);
}
