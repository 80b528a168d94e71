using System.Collections.Concurrent;
using Skipper.Gateway.Jobs;

namespace Skipper.Gateway.Tests.Schedules;

/// <summary>Writes down what it is asked for, and never fires.</summary>
internal sealed class FakeEngine : IJobEngine
{
    public ConcurrentDictionary<JobTicket, string> Recurring { get; } = new();

    public ConcurrentQueue<JobTicket> Woken { get; } = new();

    public Task WakeAsync(JobTicket ticket, DateTimeOffset at, CancellationToken cancellationToken)
    {
        Woken.Enqueue(ticket);
        return Task.CompletedTask;
    }

    public Task ScheduleAsync(JobTicket ticket, Cron cron, CancellationToken cancellationToken)
    {
        Recurring[ticket] = cron.Text;
        return Task.CompletedTask;
    }

    public Task RemoveAsync(JobTicket ticket, CancellationToken cancellationToken)
    {
        Recurring.TryRemove(ticket, out _);
        return Task.CompletedTask;
    }
}
