using System.Globalization;
using Quartz;
using Quartz.Extensibility;

namespace Skipper.Gateway.Jobs;

/// <summary>What Quartz executes: calls the handler that the key of the trigger names.</summary>
[RetryPolicy(20, "00:00:01", 2, MaxDelay = "00:05:00", Jitter = 0.2)]
internal sealed partial class FiringJob(IServiceProvider services, ILogger<FiringJob> logger) : IJob
{
    /// <summary>Groups of triggers are <c>cron.handler</c> and <c>wake.handler</c>.</summary>
    public static TriggerKey CronKey(JobTicket ticket) => new(ticket.Name, $"cron.{ticket.Handler}");

    /// <inheritdoc cref="CronKey"/>
    public static TriggerKey WakeKey(JobTicket ticket) => new(ticket.Name, $"wake.{ticket.Handler}");

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        // A firing whose process died is fired again by a trigger of another name.
        var key = context.Recovering ? context.RecoveringTriggerKey! : context.Trigger.Key;
        var ticket = new JobTicket(key.Group[(key.Group.IndexOf('.', StringComparison.Ordinal) + 1)..], key.Name);
        try
        {
            await services.GetRequiredKeyedService<IJobHandler>(ticket.Handler)
                .HandleAsync(new JobFiring(ticket, DueAt(context)), cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(ticket.Handler, ticket.Name, exception);
            throw new JobExecutionException(exception);
        }
    }

    private static DateTimeOffset DueAt(IJobExecutionContext context)
    {
        var scheduled = context.ScheduledFireTimeUtc ?? context.FireTimeUtc;
        if (context.Recovering
            && context.MergedJobDataMap.TryGetValue(SchedulerConstants.FailedJobOriginalTriggerScheduledFireTime, out var original)
            && DateTimeOffset.TryParse(
                original as string, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var due))
        {
            return due;
        }

        // A firing that comes too late is scheduled for the moment at which that was noticed.
        return context.Trigger is ICronTrigger { CronExpressionString: { } text } cron
            ? Cron.Parse(text, cron.TimeZone.Id).AtOrBefore(scheduled) ?? scheduled
            : scheduled;
    }

    [LoggerMessage(LogLevel.Warning, "The firing of {Handler} {Name} failed, trying again")]
    private partial void LogFailed(string handler, string name, Exception exception);
}

/// <summary>Makes the jobs of Quartz with the services of the process.</summary>
internal sealed class FiringJobFactory(IServiceProvider services) : IJobFactory
{
    public ValueTask<JobScope> CreateJob(TriggerFiredBundle bundle, IScheduler scheduler, CancellationToken cancellationToken) =>
        ValueTask.FromResult(new JobScope(ActivatorUtilities.CreateInstance<FiringJob>(services), null));

    public ValueTask ReturnJob(JobScope scope, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
