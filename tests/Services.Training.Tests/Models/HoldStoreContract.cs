using Skipper.Services.Training.Models;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Testing;

namespace Skipper.Services.Training.Tests.Models;

/// <summary>What holding versions promises, whichever database that is kept in.</summary>
public abstract class HoldStoreContract : IAsyncLifetime
{
    private TestStorage _storage = null!;
    private TrainingHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _storage = await CreateStorageAsync();
        _host = new TrainingHost(_storage);
        for (var version = 1; version <= 3; version++)
        {
            await _host.Models.RegisterAsync(Samples.Version("housing"), null, Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_storage is not null)
        {
            _host.Dispose();
            await _storage.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_version_that_somebody_holds_is_not_deleted_until_it_is_given_up()
    {
        await HoldAsync(1, 1, 2);

        var refused = await Assert.ThrowsAsync<MeshException>(() => DeleteAsync(2));
        Assert.Equal(ErrorCode.FailedPrecondition, refused.Code);
        Assert.Equal(
            "Version 2 of model 'housing' cannot be deleted: its rollout names it. End or change the rollout first.", refused.Message);

        await HoldAsync(2, 1);
        Assert.Equal(2, (await DeleteAsync(2)).Version);
        await Assert.ThrowsAsync<MeshException>(() => DeleteAsync(1));
        await HoldAsync(3);
        Assert.Equal(1, (await DeleteAsync(1)).Version);
    }

    [Fact]
    public async Task What_was_said_earlier_does_not_replace_what_was_said_later()
    {
        Assert.Equal([2], (await HoldAsync(5, 2)).Versions);

        var old = await HoldAsync(4, 1);

        Assert.Equal((5, 2), (old.Number, Assert.Single(old.Versions)));
        Assert.Equal([1, 2], (await HoldAsync(5, 1, 2)).Versions);
    }

    [Fact]
    public async Task What_does_not_exist_or_is_deleted_cannot_be_held()
    {
        await DeleteAsync(1);

        foreach (var version in new[] { 1, 9 })
        {
            Assert.Equal(ErrorCode.NotFound, (await Assert.ThrowsAsync<MeshException>(() => HoldAsync(1, 2, version))).Code);
        }

        Assert.Empty(await _host.Holds.ListAsync("housing", Token));
    }

    [Fact]
    public async Task Holders_do_not_replace_each_other()
    {
        await HoldAsync(1, 1);
        await _host.Holds.TrySetAsync(new ModelHold { Name = "housing", Holder = "audit", Number = 1, Versions = [2] }, Token);

        Assert.Equal(["audit", "rollout"], (await _host.Holds.ListAsync("housing", Token)).Select(hold => hold.Holder));
        await Assert.ThrowsAsync<MeshException>(() => DeleteAsync(1));
        await Assert.ThrowsAsync<MeshException>(() => DeleteAsync(2));
    }

    protected abstract Task<TestStorage> CreateStorageAsync();

    private Task<ModelHold> HoldAsync(int number, params int[] versions) =>
        new HoldModelVersionsHandler(_host.Holds, _host.Versions).HandleAsync(
            new HoldModelVersions { Data = new() { Name = "housing", Holder = "rollout", Number = number, Versions = versions } },
            Samples.Context(null),
            Token);

    private Task<DeletedModelVersion> DeleteAsync(int version) =>
        new DeleteModelVersionHandler(_host.Models, _host.Aliases, _host.Holds, _host.Versions, TimeProvider.System).HandleAsync(
            new DeleteModelVersion { Data = new() { Name = "housing", Version = version } }, Samples.Context(null), Token);
}

public sealed class PostgreSqlHoldStoreTests : HoldStoreContract
{
    protected override Task<TestStorage> CreateStorageAsync() => TestStorage.PostgreSqlAsync();
}

public sealed class SqliteHoldStoreTests : HoldStoreContract
{
    protected override Task<TestStorage> CreateStorageAsync() => Task.FromResult(TestStorage.Sqlite());
}
