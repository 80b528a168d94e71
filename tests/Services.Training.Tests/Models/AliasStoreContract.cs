using Skipper.Shared.Messaging.Contracts;
using Skipper.Testing;

namespace Skipper.Services.Training.Tests.Models;

/// <summary>What aliases promise, whichever database they are kept in.</summary>
public abstract class AliasStoreContract : IAsyncLifetime
{
    private TestStorage _storage = null!;
    private TrainingHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _storage = await CreateStorageAsync();
        _host = new TrainingHost(_storage);
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
        await _host.Aliases.MoveAsync("housing", "other", 1, null, Token);
        await _host.Aliases.MoveAsync("weather", "champion", 1, null, Token);

        Assert.Equal((2, null), (first.Version, first.PreviousVersion));
        Assert.Equal(("housing", "champion", 3, 2), (second.Name, second.Alias, second.Version, second.PreviousVersion));
        Assert.Equal(second, await _host.Aliases.FindAsync("housing", "champion", Token));
        Assert.Equal([second, first], await _host.Aliases.HistoryAsync("housing", "champion", Token));
        Assert.Null(await _host.Aliases.FindAsync("housing", "challenger", Token));
    }

    [Fact]
    public async Task Moving_an_alias_to_where_it_points_changes_nothing()
    {
        var first = await MoveAsync(2);

        Assert.Equal(first, await MoveAsync(2));
        Assert.Single(await _host.Aliases.HistoryAsync("housing", "champion", Token));
    }

    [Fact]
    public async Task A_step_that_is_repeated_does_not_move_an_alias_back()
    {
        var step = Guid.NewGuid();
        var first = await MoveAsync(1, step);
        var second = await MoveAsync(2, Guid.NewGuid());

        Assert.Equal(first, await MoveAsync(1, step));
        Assert.Equal(second, await _host.Aliases.FindAsync("housing", "champion", Token));
    }

    [Fact]
    public async Task Moves_that_come_at_once_stand_in_line()
    {
        await Task.WhenAll(Enumerable.Range(0, 12).Select(i => MoveAsync((i % 3) + 1)));

        var history = await _host.Aliases.HistoryAsync("housing", "champion", Token);
        Assert.All(history.Zip(history.Skip(1)), pair => Assert.Equal(pair.First.PreviousVersion, pair.Second.Version));
        Assert.Null(history[^1].PreviousVersion);
    }

    protected abstract Task<TestStorage> CreateStorageAsync();

    private Task<ModelAlias> MoveAsync(int version, Guid? step = null) =>
        _host.Aliases.MoveAsync("housing", "champion", version, step, Token);
}

public sealed class SqliteAliasStoreTests : AliasStoreContract
{
    protected override Task<TestStorage> CreateStorageAsync() => Task.FromResult(TestStorage.Sqlite());
}

public sealed class PostgreSqlAliasStoreTests : AliasStoreContract
{
    protected override Task<TestStorage> CreateStorageAsync() => TestStorage.PostgreSqlAsync();
}
