using System.Threading.Channels;
using Skipper.Gateway.Jobs;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Gateway.Schedules;

/// <summary>
/// Keeps the job engine as the table of schedules says: all of them at the start and every minute, a changed one at once. It also
/// notices times that passed while no gateway was there.
/// </summary>
internal sealed partial class ScheduleKeeper(
    [FromKeyedServices(GatewayService.Schema)] Database database,
    ScheduleStore schedules,
    IJobEngine engine,
    TimeProvider time,
    ILogger<ScheduleKeeper> logger) : BackgroundService
{
    private static readonly TimeSpan Round = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <summary>What the engine will fire for by itself is left to it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Channel<string> _changed = Channel.CreateUnbounded<string>();

    /// <summary>Says that a schedule was made, changed or deleted.</summary>
    public void Changed(string name) => _changed.Writer.TryWrite(name);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await database.WaitUntilReadyAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await KeepAllAsync(stoppingToken);
                await KeepChangedAsync(stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(exception);
                await Task.Delay(Pause, time, stoppingToken);
            }
        }
    }

    internal async Task KeepAllAsync(CancellationToken cancellationToken)
    {
        foreach (var schedule in await schedules.ListAsync(cancellationToken))
        {
            await KeepAsync(schedule.Ticket, schedule, cancellationToken);
        }
    }

    private async Task KeepChangedAsync(CancellationToken stoppingToken)
    {
        using var round = new CancellationTokenSource(Round, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, round.Token);
        try
        {
            await foreach (var name in _changed.Reader.ReadAllAsync(either.Token))
            {
                await KeepAsync(
                    new JobTicket(Schedule.Handler, name), await schedules.FindAsync(name, stoppingToken), stoppingToken);
            }
        }
        catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
        {
            // The next round.
        }
    }

    private async Task KeepAsync(JobTicket ticket, Schedule? schedule, CancellationToken cancellationToken)
    {
        if (schedule is not { Enabled: true })
        {
            await engine.RemoveAsync(ticket, cancellationToken);
            return;
        }

        Cron cron;
        try
        {
            cron = schedule.Times;
        }
        catch (MeshException exception)
        {
            // Its time zone was renamed, for example: the others go on.
            await schedules.GiveUpAsync(schedule, exception.Message, cancellationToken);
            return;
        }

        await engine.ScheduleAsync(ticket, cron, cancellationToken);
        var now = time.GetUtcNow();
        if (cron.After(schedule.LastSlot ?? schedule.CreatedAt) < now - Patience)
        {
            await engine.WakeAsync(ticket, now, cancellationToken);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Could not look after schedules, trying again")]
    private partial void LogFailed(Exception exception);
}
