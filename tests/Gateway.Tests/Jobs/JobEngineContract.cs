using System.Collections.Concurrent;
using Skipper.Gateway.Jobs;
using Skipper.Testing;

namespace Skipper.Gateway.Tests.Jobs;

/// <summary>What every job engine promises.</summary>
public abstract class JobEngineContract : IAsyncLifetime
{
    private const string EverySecond = "* * * * * ?";
    private const string InTenYears = "0 0 0 1 1 ? 2036";

    private protected TestStorage Storage { get; private set; } = null!;

    private protected ConcurrentQueue<JobFiring> Fired { get; } = new();

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected abstract Task<TestStorage> CreateStorageAsync();

    public async ValueTask InitializeAsync() => Storage = await CreateStorageAsync();

    public async ValueTask DisposeAsync()
    {
        await Storage.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_wake_up_comes_not_before_its_time()
    {
        await using var host = await StartAsync();
        var at = Soon(0.5);

        await host.Engine.WakeAsync(EngineHost.Ticket("a"), at, Token);

        await FiredAsync("a");
        Assert.InRange(TimeProvider.System.GetUtcNow(), at, DateTimeOffset.MaxValue);
        Assert.InRange(Fired.Single().At, at.AddMilliseconds(-1), DateTimeOffset.MaxValue);
    }

    [Fact]
    public async Task A_wake_up_whose_time_has_passed_comes_at_once()
    {
        await using var host = await StartAsync();

        await host.Engine.WakeAsync(EngineHost.Ticket("a"), Soon(-100_000), Token);

        await FiredAsync("a");
    }

    [Fact]
    public async Task A_ticket_that_is_handed_in_several_times_fires_once_at_the_earliest_of_its_times()
    {
        await using var host = await StartAsync();
        await host.Engine.WakeAsync(EngineHost.Ticket("a"), Soon(3600), Token);
        await host.Engine.WakeAsync(EngineHost.Ticket("a"), Soon(0.5), Token);
        await host.Engine.WakeAsync(EngineHost.Ticket("a"), Soon(1), Token);
        await host.Engine.WakeAsync(EngineHost.Ticket("later"), Soon(1.5), Token);

        await FiredAsync("later");

        Assert.Equal(["a", "later"], Fired.Select(firing => firing.Ticket.Name));
    }

    [Fact]
    public async Task A_handler_that_fails_is_called_again()
    {
        await using var host = await StartAsync(
            _ => Fired.Count == 1 ? throw new InvalidOperationException("not now") : Task.CompletedTask);

        await host.Engine.WakeAsync(EngineHost.Ticket("a"), Soon(0), Token);

        await Eventually.TrueAsync(() => Fired.Count == 2, "the handler is called again", Token);
        Assert.All(Fired, firing => Assert.Equal(EngineHost.Ticket("a"), firing.Ticket));
    }

    [Fact]
    public async Task A_handler_may_hand_in_its_own_ticket_again()
    {
        EngineHost? host = null;
        host = await StartAsync(firing => Fired.Count < 3 ? host!.Engine.WakeAsync(firing.Ticket, Soon(0), Token) : Task.CompletedTask);
        await using (host)
        {
            await host.Engine.WakeAsync(EngineHost.Ticket("a"), Soon(0), Token);

            await Eventually.TrueAsync(() => Fired.Count == 3, "the ticket fires three times", Token);
        }
    }

    [Fact]
    public async Task A_cron_expression_fires_for_each_of_its_times()
    {
        await using var host = await StartAsync();

        await host.Engine.ScheduleAsync(EngineHost.Ticket("a"), Cron.Parse(EverySecond, "UTC"), Token);
        await Eventually.TrueAsync(() => Fired.Count >= 4, "it fires four times", Token);

        var times = Fired.Select(firing => firing.At).Order().ToList();
        Assert.All(times, time => Assert.Equal(0, time.Ticks % TimeSpan.TicksPerSecond));
        Assert.Equal(Enumerable.Range(0, times.Count).Select(i => times[0].AddSeconds(i)), times);
    }

    [Fact]
    public async Task The_same_expression_again_changes_nothing_and_another_replaces_it()
    {
        await using var host = await StartAsync();
        var often = Cron.Parse(EverySecond, "UTC");
        await host.Engine.ScheduleAsync(EngineHost.Ticket("a"), Cron.Parse(InTenYears, "UTC"), Token);

        await host.Engine.ScheduleAsync(EngineHost.Ticket("a"), often, Token);
        await host.Engine.ScheduleAsync(EngineHost.Ticket("a"), often, Token);
        await Eventually.TrueAsync(() => Fired.Count >= 3, "it fires", Token);

        Assert.Equal(Fired.Count, Fired.Select(firing => firing.At).Distinct().Count());
    }

    [Fact]
    public async Task What_was_removed_fires_no_more_and_what_is_unknown_may_be_removed()
    {
        await using var host = await StartAsync();
        await host.Engine.ScheduleAsync(EngineHost.Ticket("a"), Cron.Parse(EverySecond, "UTC"), Token);
        await FiredAsync("a");

        await host.Engine.RemoveAsync(EngineHost.Ticket("a"), Token);
        var removed = TimeProvider.System.GetUtcNow();
        await host.Engine.RemoveAsync(EngineHost.Ticket("unknown"), Token);
        await host.Engine.WakeAsync(EngineHost.Ticket("later"), removed.AddSeconds(2.5), Token);
        await FiredAsync("later");

        Assert.DoesNotContain(Fired, firing => firing.Ticket.Name == "a" && firing.At > removed);
    }

    private protected Task<EngineHost> StartAsync(Func<JobFiring, Task>? handle = null) => EngineHost.StartAsync(Storage, firing =>
    {
        Fired.Enqueue(firing);
        return handle?.Invoke(firing) ?? Task.CompletedTask;
    });

    private protected static DateTimeOffset Soon(double seconds) => TimeProvider.System.GetUtcNow().AddSeconds(seconds);

    private protected Task FiredAsync(string name) =>
        Eventually.TrueAsync(() => Fired.Any(firing => firing.Ticket.Name == name), $"ticket {name} fires", Token);
}
