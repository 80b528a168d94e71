using Skipper.Gateway.Runs;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Gateway.Backfills;

/// <summary>
/// Starts the runs of backfills, never more at a time than each allows. Every gateway does, without agreement: all start the slot that
/// is next, its index makes that one run, and the next slot is read together with the number of unfinished runs.
/// </summary>
internal sealed partial class BackfillDriver(
    [FromKeyedServices(GatewayService.Schema)] Database database,
    BackfillStore backfills,
    IRunLauncher launcher,
    TimeProvider time,
    ILogger<BackfillDriver> logger) : BackgroundService
{
    private static readonly TimeSpan Busy = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await database.WaitUntilReadyAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = Idle;
            try
            {
                pause = await TickAsync(stoppingToken) ? Busy : Idle;
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(exception);
            }

            await Task.Delay(pause, time, stoppingToken);
        }
    }

    /// <summary>False where there is nothing to do.</summary>
    internal async Task<bool> TickAsync(CancellationToken cancellationToken)
    {
        var running = await backfills.RunningAsync(cancellationToken);
        foreach (var backfill in running)
        {
            await DriveAsync(backfill, cancellationToken);
        }

        return running.Count > 0;
    }

    private async Task DriveAsync(Backfill backfill, CancellationToken cancellationToken)
    {
        if (backfill.NextSlot is { } first && backfill.Unfinished < backfill.MaxParallel)
        {
            var plan = await PlanAsync(backfill, first, cancellationToken);
            for (var i = 0; i < plan.Count && backfill.Unfinished < backfill.MaxParallel; i++)
            {
                if (plan[i].Action is PlannedSlot.Skip && i < plan.Count - 1)
                {
                    continue;
                }

                if (plan[i].Action is not PlannedSlot.Skip && !await StartAsync(backfill, plan[i].Slot, cancellationToken))
                {
                    return;
                }

                DateTimeOffset? next = i < plan.Count - 1 ? plan[i + 1].Slot : null;
                if (!await backfills.AdvanceAsync(backfill.Id, backfill.NextSlot!.Value, next, cancellationToken)
                    || await backfills.FindAsync(backfill.Id, cancellationToken) is not { State: BackfillState.Running } current
                    || current.NextSlot != next)
                {
                    // Another gateway goes on, or somebody paused it.
                    return;
                }

                backfill = current;
            }
        }

        if (backfill is { NextSlot: null, Unfinished: 0 } && await backfills.FinishAsync(backfill.Id, cancellationToken))
        {
            LogFinished(backfill.Id);
        }
    }

    private async Task<IReadOnlyList<PlannedSlot>> PlanAsync(
        Backfill backfill, DateTimeOffset first, CancellationToken cancellationToken)
    {
        var slots = BackfillSlots.Of(backfill.Every, backfill.TimeZone, backfill.SlotFrom, backfill.SlotTo);
        var runs = await backfills.RunsAsync(backfill.Workflow, first, backfill.SlotTo, cancellationToken);
        return BackfillPlan.Of(backfill, [.. slots.SkipWhile(slot => slot < first)], runs);
    }

    /// <summary>False where the backfill cannot go on as it is.</summary>
    private async Task<bool> StartAsync(Backfill backfill, DateTimeOffset slot, CancellationToken cancellationToken)
    {
        try
        {
            await launcher.StartAsync(backfill.Launch(slot), cancellationToken);
            return true;
        }
        catch (MeshException exception) when (!exception.Retryable)
        {
            var reason = $"The run for {slot:O} was refused: {exception.Message}";
            if (await backfills.PauseAsync(backfill.Id, reason, cancellationToken))
            {
                LogRefused(backfill.Id, slot, exception.Message);
            }

            return false;
        }
    }
}
