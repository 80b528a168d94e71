using Quartz;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Gateway.Jobs;

/// <summary>
/// <see cref="IJobEngine"/> on Quartz: in memory beside SQLite, where owners ask again after a start; a cluster of all gateways on
/// PostgreSQL. Calls wait until it has started, which is when the database was reached.
/// </summary>
internal sealed partial class QuartzJobEngine(
    [FromKeyedServices(GatewayService.Schema)] Database database,
    QuartzStore store,
    TimeProvider time,
    ILogger<QuartzJobEngine> logger) : BackgroundService, IJobEngine
{
    private static readonly JobKey Cron = new("cron", "skipper");
    private static readonly JobKey Wake = new("wake", "skipper");
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly TaskCompletionSource<IScheduler> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async Task WakeAsync(JobTicket ticket, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var scheduler = await _started.Task.WaitAsync(cancellationToken);
        var trigger = TriggerBuilder.Create()
            .ForJob(Wake)
            .WithIdentity(FiringJob.WakeKey(ticket))
            .StartAt(at)
            .WithSchedule(SimpleScheduleBuilder.Create().WithMisfireInstruction(SimpleTriggerMisfireInstruction.IgnoreMisfires))
            .Build();
        await scheduler.ScheduleTrigger(trigger, TriggerConflict.KeepEarlier, cancellationToken);
    }

    public async Task ScheduleAsync(JobTicket ticket, Cron cron, CancellationToken cancellationToken)
    {
        var scheduler = await _started.Task.WaitAsync(cancellationToken);
        var key = FiringJob.CronKey(ticket);
        if (await scheduler.GetTrigger(key, cancellationToken) is ICronTrigger existing
            && existing.CronExpressionString == cron.Expression.CronExpressionString
            && existing.TimeZone.Id == cron.Expression.TimeZone.Id)
        {
            // Made anew it would forget what it missed.
            await scheduler.ResetTriggerFromErrorState(key, cancellationToken);
            return;
        }

        var trigger = TriggerBuilder.Create()
            .ForJob(Cron)
            .WithIdentity(key)
            .WithSchedule(CronScheduleBuilder.Create(cron.Expression)
                .InTimeZone(cron.Expression.TimeZone)
                .WithMisfireInstruction(CronTriggerMisfireInstruction.FireAndProceed))
            .Build();
        await scheduler.ScheduleJob(trigger, ScheduleJobOptions.Replacing, cancellationToken);
    }

    public async Task RemoveAsync(JobTicket ticket, CancellationToken cancellationToken)
    {
        var scheduler = await _started.Task.WaitAsync(cancellationToken);
        await scheduler.UnscheduleJob(FiringJob.CronKey(ticket), cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await database.WaitUntilReadyAsync(stoppingToken);
        await using var factory = await BuildAsync(stoppingToken);
        var scheduler = await factory.GetScheduler(stoppingToken);
        _started.SetResult(scheduler);
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, time, stoppingToken);
        }
        finally
        {
            await scheduler.Shutdown(waitForJobsToComplete: true, CancellationToken.None);
        }
    }

    private async Task<StandaloneSchedulerFactory> BuildAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            var factory = await store.BuildAsync(stoppingToken);
            try
            {
                var scheduler = await factory.GetScheduler(stoppingToken);
                foreach (var key in new[] { Cron, Wake })
                {
                    var job = JobBuilder.Create<FiringJob>().WithIdentity(key).StoreDurably().RequestRecovery().Build();
                    await scheduler.AddJob(job, AddJobOptions.Replacing, stoppingToken);
                }

                await scheduler.Start(stoppingToken);
                return factory;
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // The database may have gone away again; a gateway without an engine still answers.
                LogNotStarted(exception);
                await factory.DisposeAsync();
                await Task.Delay(Pause, time, stoppingToken);
            }
        }
    }
}
