using System.Collections.Concurrent;
using Npgsql;
using Skipper.Gateway.Jobs;
using Skipper.Testing;

namespace Skipper.Gateway.Tests.Jobs;

public sealed class ClusteredJobEngineTests : JobEngineContract
{
    protected override Task<TestStorage> CreateStorageAsync() => TestStorage.PostgreSqlAsync();

    [Fact]
    public async Task A_wake_up_survives_a_restart()
    {
        await using (var before = await StartAsync())
        {
            await before.Engine.WakeAsync(EngineHost.Ticket("a"), Soon(2), Token);
        }

        Assert.Empty(Fired);
        await using var after = await StartAsync();
        await FiredAsync("a");
    }

    [Fact]
    public async Task Of_two_engines_one_fires_and_the_other_goes_on_when_it_stops()
    {
        var first = new ConcurrentQueue<JobFiring>();
        var one = await EngineHost.StartAsync(Storage, firing =>
        {
            first.Enqueue(firing);
            return Task.CompletedTask;
        });
        await using (await StartAsync())
        {
            await using (one)
            {
                await one.Engine.ScheduleAsync(EngineHost.Ticket("a"), Cron.Parse("* * * * * ?", "UTC"), Token);
                await Eventually.TrueAsync(() => first.Count + Fired.Count >= 4, "the engines fire", Token);
            }

            var stopped = TimeProvider.System.GetUtcNow();
            await Eventually.TrueAsync(
                () => Fired.Count(firing => firing.At > stopped) >= 2, "the other engine fires alone", Token);
        }

        var times = first.Concat(Fired).Select(firing => firing.At).Order().ToList();
        Assert.Equal(Enumerable.Range(0, times.Count).Select(i => times[0].AddSeconds(i)), times);
    }

    [Fact]
    public async Task An_engine_whose_connections_are_cut_fires_on()
    {
        await using var host = await StartAsync();
        await host.Engine.ScheduleAsync(EngineHost.Ticket("a"), Cron.Parse("* * * * * ?", "UTC"), Token);
        await FiredAsync("a");

        await using (var source = NpgsqlDataSource.Create(Storage.ConnectionString!))
        await using (var cut = source.CreateCommand(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"))
        {
            await cut.ExecuteNonQueryAsync(Token);
        }

        var now = TimeProvider.System.GetUtcNow();
        await host.Engine.WakeAsync(EngineHost.Ticket("b"), now, Token);
        await FiredAsync("b");
        await Eventually.TrueAsync(() => Fired.Count(firing => firing.At > now) >= 2, "it fires on", Token);
    }
}
