using Skipper.Gateway.Jobs;
using Skipper.Gateway.Runs;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Gateway.Schedules;

/// <summary>
/// Starts what is due. A firing only says when to look: the times come from the schedule and from how far it was decided, so a firing
/// that comes twice, late or not at all loses no time and starts none twice.
/// </summary>
internal sealed partial class ScheduleHandler(
    ScheduleStore schedules, IRunLauncher launcher, IJobEngine engine, TimeProvider time, ILogger<ScheduleHandler> logger)
    : IJobHandler
{
    public async Task HandleAsync(JobFiring firing, CancellationToken cancellationToken)
    {
        if (await schedules.FindAsync(firing.Ticket.Name, cancellationToken) is not { Enabled: true } schedule)
        {
            await engine.RemoveAsync(firing.Ticket, cancellationToken);
            return;
        }

        var after = schedule.LastSlot ?? schedule.CreatedAt;
        foreach (var slot in DueSlots.Of(schedule.Times, schedule.Misfire, after, firing.At, time.GetUtcNow()))
        {
            if (!await StartAsync(schedule, slot, cancellationToken))
            {
                return;
            }
        }

        // Last: where the process dies before, the same slots are started again, and the index of slots makes that nothing.
        await schedules.DecidedAsync(schedule.Name, firing.At, cancellationToken);
    }

    /// <summary>False where the schedule cannot go on as it is.</summary>
    private async Task<bool> StartAsync(Schedule schedule, DateTimeOffset slot, CancellationToken cancellationToken)
    {
        try
        {
            var run = await launcher.StartAsync(schedule.Launch(slot), cancellationToken);
            if (!run.Existed)
            {
                LogStarted(schedule.Name, slot, run.Id);
            }
        }
        catch (MeshException exception) when (exception.Code is ErrorCode.AlreadyExists)
        {
            LogSkipped(schedule.Name, slot, exception.Message);
        }
        catch (MeshException exception) when (!exception.Retryable)
        {
            var reason = $"The run for {slot:O} was refused: {exception.Message}";
            if (await schedules.GiveUpAsync(schedule, reason, cancellationToken))
            {
                LogGaveUp(schedule.Name, slot, exception.Message);
            }

            return false;
        }

        return true;
    }
}
