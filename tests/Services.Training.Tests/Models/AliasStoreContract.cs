using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Testing;

namespace Skipper.Services.Training.Tests.Models;

/// <summary>What aliases promise, whichever database they are kept in.</summary>
public abstract class AliasStoreContract : IAsyncLifetime
{
    private readonly Clock _time = new();
    private TestStorage _storage = null!;
    private TrainingHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _storage = await CreateStorageAsync();
        _host = new TrainingHost(_storage, _time);
        foreach (var name in new[] { "housing", "housing", "housing", "weather" })
        {
            await _host.Models.RegisterAsync(Samples.Version(name), null, Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _host?.Dispose();
        if (_storage is not null)
        {
            await _storage.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task An_alias_points_where_it_was_moved_last_and_keeps_its_history()
    {
        var first = await MoveAsync(2);
        var second = await MoveAsync(3);
        await MoveAsync(1, alias: "other");
        await MoveAsync(1, name: "weather");

        Assert.Equal((2, null, 1), (first.Version, first.PreviousVersion, first.Number));
        Assert.Equal(("housing", "champion", 3, 2), (second.Name, second.Alias, second.Version, second.PreviousVersion));
        Assert.Equal(("promotion", "ann", "better"), (second.Kind, second.Actor, second.Reason));
        Assert.Equal(second, await FindAsync());
        Assert.Equal([second, first], await _host.Aliases.HistoryAsync("housing", "champion", Token));
        Assert.Null(await _host.Aliases.FindAsync("housing", "challenger", null, Token));
        Assert.Equal(
            [("champion", 3), ("other", 1)],
            (await _host.Aliases.ListAsync("housing", Token)).Select(alias => (alias.Alias, alias.Version)));
        Assert.Equal(3, (await _host.Aliases.ListAsync(null, Token)).Count);
    }

    [Fact]
    public async Task Moving_an_alias_to_where_it_points_changes_nothing()
    {
        var first = await MoveAsync(2);

        Assert.Equal(first, await MoveAsync(2));
        Assert.Single(await _host.Aliases.HistoryAsync("housing", "champion", Token));
    }

    [Fact]
    public async Task A_step_that_is_repeated_does_not_move_an_alias_back_but_announces_its_move_again()
    {
        var step = Guid.NewGuid();
        var first = await MoveAsync(1, step);
        var second = await MoveAsync(2, Guid.NewGuid());

        Assert.Equal(first, await MoveAsync(1, step));
        Assert.Equal(second, await FindAsync());
        Assert.Equal([1, 2, 1], _host.Events.Moved.Select(moved => moved.Model.Version));
    }

    [Fact]
    public async Task Moves_that_come_at_once_stand_in_line()
    {
        await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Task.Run(() => MoveAsync((i % 3) + 1))));

        var history = await _host.Aliases.HistoryAsync("housing", "champion", Token);
        Assert.All(history.Zip(history.Skip(1)), pair => Assert.Equal(pair.First.PreviousVersion, pair.Second.Version));
        Assert.Null(history[^1].PreviousVersion);
        Assert.Equal(Enumerable.Range(1, history.Count).Reverse(), history.Select(move => move.Number));
    }

    [Fact]
    public async Task Which_version_an_alias_was_at_a_time_is_known()
    {
        var start = _time.Now;
        await MoveAsync(1);
        _time.Now = start.AddHours(1);
        await MoveAsync(2);
        _time.Now = start.AddHours(2);
        await RollBackAsync();

        int?[] versions = [.. await Task.WhenAll(new[] { -1, 0, 59, 60, 119, 120, 999 }.Select(async minutes =>
            (await _host.Aliases.FindAsync("housing", "champion", start.AddMinutes(minutes), Token))?.Version))];

        Assert.Equal([null, 1, 1, 2, 2, 1, 1], versions);
    }

    [Fact]
    public async Task A_rollback_takes_the_last_promotion_back_and_the_next_one_the_promotion_before_it()
    {
        foreach (var version in new[] { 1, 2, 3 })
        {
            await MoveAsync(version);
        }

        var first = await RollBackAsync();
        var second = await RollBackAsync();
        var again = await MoveAsync(3);
        var third = await RollBackAsync();
        var error = await Assert.ThrowsAsync<MeshException>(RollBackAsync);

        Assert.Equal((2, 3, "rollback"), (first.Version, first.PreviousVersion, first.Kind));
        Assert.Equal([1, 3, 1], new[] { second, again, third }.Select(move => move.Version));
        Assert.Equal(ErrorCode.FailedPrecondition, error.Code);
        Assert.Equal(7, (await FindAsync())!.Number);
    }

    [Fact]
    public async Task What_a_gate_found_is_part_of_the_history_and_a_gate_that_is_not_passed_moves_nothing()
    {
        var gate = new PromotionGate { Metric = "rmse", MinimumGain = 0.5 };
        await MoveAsync(1);

        var kept = await MoveAsync(2, gate: gate with { Comparison = Comparison(1.5, 1.25) });
        var moved = await MoveAsync(2, gate: gate with { Comparison = Comparison(1.5, 1) });

        Assert.Equal((1, false), (kept.Version, kept.Gate!.Passed));
        Assert.Equal((2, true, 1.5, 1.0), (moved.Version, moved.Gate!.Passed, moved.Gate.Champion, moved.Gate.Challenger));
        Assert.Equal([moved.Gate, null], (await _host.Aliases.HistoryAsync("housing", "champion", Token)).Select(move => move.Gate));
    }

    [Fact]
    public async Task A_version_is_deleted_unless_somebody_may_be_served_it_and_the_history_stays()
    {
        await MoveAsync(1);
        Assert.Null(await DeleteAsync(1));
        Assert.Null(await DeleteAsync(3));
        Assert.Null(await DeleteAsync(9));

        await MoveAsync(2);
        var deleted = await DeleteAsync(1);

        Assert.Equal(1, deleted!.Version);
        Assert.Equal(deleted, await DeleteAsync(1));
        Assert.Null(await _host.Models.FindAsync("housing", 1, Token));
        Assert.Equal([3, 2], (await _host.Models.ListVersionsAsync("housing", null, Token)).Select(model => model.Version));
        Assert.Equal([2, 1], (await _host.Aliases.HistoryAsync("housing", "champion", Token)).Select(move => move.Version));
        Assert.Equal(ErrorCode.NotFound, (await Assert.ThrowsAsync<MeshException>(RollBackAsync)).Code);
        Assert.Equal(ErrorCode.NotFound, (await Assert.ThrowsAsync<MeshException>(() => MoveAsync(1))).Code);
        Assert.Equal(4, (await _host.Models.RegisterAsync(Samples.Version("housing"), null, Token)).Version);
    }

    protected abstract Task<TestStorage> CreateStorageAsync();

    private static ModelComparison Comparison(double champion, double challenger) => new()
    {
        Name = "housing",
        Version = 2,
        ChampionVersion = 1,
        Champion = Rmse(champion),
        Challenger = Rmse(challenger),
        TestDigest = new string('d', 64),
        RowCount = 5,
    };

    private static Dictionary<string, IReadOnlyDictionary<string, double>> Rmse(double value) =>
        new() { ["price"] = new Dictionary<string, double> { ["rmse"] = value } };

    private Task<ModelAlias?> FindAsync() => _host.Aliases.FindAsync("housing", "champion", null, Token);

    private Task<ModelAlias> MoveAsync(
        int version, Guid? step = null, string name = "housing", string alias = "champion", PromotionGate? gate = null) =>
        _host.Mover.PromoteAsync(
            new() { Name = name, Version = version, Alias = alias, Actor = "ann", Reason = "better", Gate = gate }, step, Token);

    private Task<ModelAlias> RollBackAsync() =>
        _host.Mover.RollBackAsync(new() { Name = "housing", Alias = "champion" }, null, Token);

    private Task<DeletedModelVersion?> DeleteAsync(int version) =>
        _host.Models.DeleteAsync(new() { Name = "housing", Version = version }, _time.Now, Token);

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = Samples.Noon;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}

public sealed class SqliteAliasStoreTests : AliasStoreContract
{
    protected override Task<TestStorage> CreateStorageAsync() => Task.FromResult(TestStorage.Sqlite());
}

public sealed class PostgreSqlAliasStoreTests : AliasStoreContract
{
    protected override Task<TestStorage> CreateStorageAsync() => TestStorage.PostgreSqlAsync();
}
