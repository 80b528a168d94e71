using System.Text.Json;
using Skipper.Services.Serving.Rollouts;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Testing;
using static Skipper.Services.Serving.Tests.Rollouts.Plans;

namespace Skipper.Services.Serving.Tests.Rollouts;

/// <summary>What the stores of rollouts and their figures promise, whichever database they are kept in.</summary>
public abstract class RolloutStoreContract : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private TestStorage _storage = null!;
    private ServingHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private RolloutStore Store => _host.Get<RolloutStore>();

    private LaneCountStore Counts => _host.Get<LaneCountStore>();

    public async ValueTask InitializeAsync()
    {
        _storage = await CreateStorageAsync();
        _host = new ServingHost(_storage, new FakeTrainingService(), time: _time);
    }

    public async ValueTask DisposeAsync()
    {
        if (_storage is not null)
        {
            await _host.DisposeAsync();
            await _storage.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Changes_are_kept_complete_and_the_last_counts()
    {
        var first = Rollout(Plan(Lane("a", 1, 1)) with { Guards = [Guard("p95_latency", 20)] });
        var second = Rollout(Plan(Lane("a", 1, 1), Shadow("b", 2)), first);
        Assert.True(await Store.TryAddAsync(first, null, null, Token));
        Assert.True(await Store.TryAddAsync(second, null, null, Token));
        Assert.True(await Store.TryAddAsync(first with { Model = "cars" }, null, null, Token));

        Assert.Equal([Text(second), Text(first)], (await Store.HistoryAsync("housing", Token)).Select(Text));
        Assert.Equal(Text(second), Text(await Store.FindAsync("housing", Token)));
        Assert.Equal(["cars", "housing"], (await Store.ListAsync(Token)).Select(rollout => rollout.Model));
        Assert.Null(await Store.FindAsync("boats", Token));
    }

    [Fact]
    public async Task The_versions_of_the_last_plan_are_kept_whatever_is_done_without_one()
    {
        var first = Rollout(Plan(Lane("a", 1, 1), Lane("b", 1, 1)));
        var version = Samples.Manifest("housing", 1, new string('a', 64));
        await Store.TryAddAsync(first, [version, version], null, Token);
        await Store.TryAddAsync(first, [], null, Token);
        await Store.TryAddAsync(first with { Number = 2 }, null, null, Token);
        Assert.Equal(version.Artifact, Assert.Single(await Store.VersionsAsync("housing", Token)).Artifact);

        await Store.TryAddAsync(first with { Number = 3 }, [version with { Version = 2 }], null, Token);
        Assert.Equal(2, Assert.Single(await Store.VersionsAsync("housing", Token)).Version);
    }

    [Fact]
    public async Task A_change_that_was_decided_from_an_old_state_is_not_made()
    {
        var first = Rollout(Plan(Lane("a", 1, 1)));
        Assert.True(await Store.TryAddAsync(first, null, null, Token));

        Assert.False(await Store.TryAddAsync(first with { Reason = "other" }, null, null, Token));
        Assert.Equal("trial", (await Store.FindAsync("housing", Token))!.Reason);
    }

    [Fact]
    public async Task A_step_makes_one_change()
    {
        var first = Rollout(Plan(Lane("a", 1, 1)));
        var step = Guid.NewGuid();
        Assert.True(await Store.TryAddAsync(first, null, step, Token));

        Assert.False(await Store.TryAddAsync(first with { Number = 2 }, null, step, Token));
        Assert.Equal(1, (await Store.FindByStepAsync(step, Token))!.Number);
    }

    [Fact]
    public async Task Figures_of_all_processes_add_up_and_saving_them_twice_changes_nothing()
    {
        var lane = Rollout(Plan(Lane("a", 1, 1))).Lanes[0];
        var here = new LaneTally(new LaneKey("housing", "a", 1), _time);
        var there = new LaneTally(new LaneKey("housing", "a", 1), _time);
        await using var other = new ServingHost(_storage, new FakeTrainingService(), time: _time);
        here.Call(TimeSpan.FromMilliseconds(3), null);
        await Counts.SaveAsync([here], Token);
        _time.Advance(TimeSpan.FromMinutes(4));
        here.Call(TimeSpan.FromMilliseconds(3), "internal");
        there.Call(TimeSpan.FromMilliseconds(3), "not_found");
        await Counts.SaveAsync([here], Token);
        here.Dropped(7);
        await Counts.SaveAsync([here], Token);
        await Counts.SaveAsync([here], Token);
        await other.Get<LaneCountStore>().SaveAsync([there], Token);

        var figures = await Counts.ReadAsync("housing", Token);

        Assert.Equal((3L, 2L, 7L), (figures.Total(lane).Calls, figures.Total(lane).Errors, figures.Total(lane).Dropped));
        Assert.Equal(2L, figures.Window(lane, 4).Calls);
        Assert.Equal(3L, figures.Window(lane, 5).Calls);
        Assert.Equal(3L, Assert.Single(figures.Total(lane).Latencies).Value);
        Assert.Equal(0L, figures.Total(lane with { Since = 2 }).Calls);
    }

    [Fact]
    public async Task Minutes_that_no_guard_looks_at_are_swept_and_totals_stay_for_a_month()
    {
        var lane = Rollout(Plan(Lane("a", 1, 1))).Lanes[0];
        var tally = new LaneTally(new LaneKey("housing", "a", 1), _time);
        tally.Call(TimeSpan.Zero, null);
        await Counts.SaveAsync([tally], Token);

        Assert.Equal(0, await Counts.SweepAsync(Token));
        _time.Advance(TimeSpan.FromMinutes(61));
        Assert.Equal(1, await Counts.SweepAsync(Token));
        Assert.Equal(1L, (await Counts.ReadAsync("housing", Token)).Total(lane).Calls);
        _time.Advance(TimeSpan.FromDays(31));
        Assert.Equal(1, await Counts.SweepAsync(Token));
        Assert.Equal(0L, (await Counts.ReadAsync("housing", Token)).Total(lane).Calls);
    }

    protected abstract Task<TestStorage> CreateStorageAsync();

    private static string Text(Rollout? value) => JsonSerializer.Serialize(value, MessageJson.Options);
}

public sealed class PostgreSqlRolloutStoreTests : RolloutStoreContract
{
    protected override Task<TestStorage> CreateStorageAsync() => TestStorage.PostgreSqlAsync();
}

public sealed class SqliteRolloutStoreTests : RolloutStoreContract
{
    protected override Task<TestStorage> CreateStorageAsync() => Task.FromResult(TestStorage.Sqlite());
}
