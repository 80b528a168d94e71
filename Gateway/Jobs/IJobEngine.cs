namespace Skipper.Gateway.Jobs;

/// <summary>
/// Wakes somebody up at a time or by a cron expression: at least once, so perhaps twice, and never as the record of what there is
/// to do. What must be done stands in a table of its owner; a firing only says that it is time to look.
/// </summary>
internal interface IJobEngine
{
    /// <summary>
    /// Fires once at a time; at once where it has passed. A ticket that is already due keeps the earlier of the two times.
    /// Where the engine is durable the firing survives restarts, otherwise its owner asks again after a start.
    /// </summary>
    Task WakeAsync(JobTicket ticket, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>
    /// Fires at each time of a cron expression from now on, on one process of the mesh. The same again changes nothing, another
    /// expression replaces the one before. Times that nobody could fire at are one late firing, for the newest of them.
    /// </summary>
    Task ScheduleAsync(JobTicket ticket, Cron cron, CancellationToken cancellationToken);

    /// <summary>Ends a recurring firing; nothing happens where there is none.</summary>
    Task RemoveAsync(JobTicket ticket, CancellationToken cancellationToken);
}
