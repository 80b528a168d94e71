using Skipper.Services.Serving.Models;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Testing;

namespace Skipper.Services.Serving.Tests.Models;

/// <summary>Loading and unloading by request, with two workers on one database.</summary>
public abstract class LoadAndUnloadContract : IAsyncLifetime
{
    private readonly FakeTrainingService _training = new();
    private readonly List<ServingHost> _hosts = [];
    private TestStorage _storage = null!;
    private ServingHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _storage = await CreateStorageAsync();
        _host = CreateHost();
        for (var version = 1; version <= 3; version++)
        {
            await _host.Intake.TryPublishAsync(await _host.RegisterAsync("housing", version, Token), Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
        {
            await host.DisposeAsync();
        }

        if (_storage is not null)
        {
            await _storage.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task An_unloaded_version_is_refused_on_all_workers_until_it_is_loaded_again()
    {
        var other = CreateHost();
        Assert.Equal(2, await VersionAsync("housing@2", other));

        var left = await UnloadAsync("housing@2");
        await _host.Events.DeliverToAsync(other, Token);

        Assert.Equal([1, 3], left.Models.Where(model => model.State == "READY").Select(model => model.Version));
        foreach (var host in _hosts)
        {
            await RefusedAsync("housing@2", host);
            Assert.Equal(3, await VersionAsync("housing", host));
        }

        Assert.Equal("READY", (await LoadAsync("housing@2")).State);
        await _host.Events.DeliverToAsync(other, Token);

        Assert.All(_hosts, host => Assert.True(IsLoaded(host, 2)));
        Assert.Equal(2, await VersionAsync("housing@2", other));
    }

    [Fact]
    public async Task A_model_that_is_unloaded_stays_so_for_new_versions_aliases_and_after_a_restart()
    {
        await UnloadAsync("housing");

        await _host.Intake.TryPublishAsync(await _host.RegisterAsync("housing", 4, Token), Token);
        await _host.Get<ModelAliasChangedHandler>().HandleAsync(_training.Promote(_training.Models[1], "champion"), Token);
        var restarted = CreateHost();
        await restarted.Loader.StartAsync(Token);
        await Eventually.TrueAsync(() => restarted.Loader.IsReady, "it is ready", Token);

        foreach (var host in _hosts)
        {
            Assert.Equal(0, host.Catalog.UsedBytes);
            foreach (var model in new[] { "housing", "housing@4", "housing@champion" })
            {
                await RefusedAsync(model, host);
            }
        }

        Assert.Equal((4, true), await LoadAsync("housing") is { } status ? (status.Version, status.Current) : default);
        Assert.Equal(4, await VersionAsync("housing", _host));
        Assert.Equal(2, await VersionAsync("housing@champion", _host));
    }

    [Fact]
    public async Task A_worker_that_missed_the_announcement_finds_out_at_its_next_refresh()
    {
        var other = CreateHost(refreshSeconds: 0.05);
        await other.Loader.StartAsync(Token);
        await Eventually.TrueAsync(() => IsLoaded(other, 3), "it is loaded", Token);

        await UnloadAsync("housing");

        await Eventually.TrueAsync(() => !IsLoaded(other, 3), "it is unloaded", Token);
        await RefusedAsync("housing", other);
    }

    [Fact]
    public async Task Predictions_under_way_are_answered_although_the_model_is_unloaded()
    {
        using var lease = await _host.Finder.LeaseAsync("housing", Token);

        await UnloadAsync("housing");

        var rows = new Skipper.Services.Serving.Predictions.RowBatch(1, 2, eachAlone: false);
        await lease.Model.Lane.ScoreAsync(
            rows, new() { Rows = new Skipper.Services.Serving.Predictions.JsonRows([]), RequestId = "late" }, Token);
        Assert.Equal(300, rows.Predictions![0, 0], 1e-9);
    }

    [Fact]
    public async Task What_nobody_knows_can_neither_be_loaded_nor_unloaded()
    {
        foreach (var model in new[] { "weather", "housing@9", "housing@best" })
        {
            Assert.Equal(ErrorCode.NotFound, (await Assert.ThrowsAsync<MeshException>(() => LoadAsync(model))).Code);
            Assert.Equal(ErrorCode.NotFound, (await Assert.ThrowsAsync<MeshException>(() => UnloadAsync(model))).Code);
        }

        Assert.Equal(3, await VersionAsync("housing", _host));
    }

    [Fact]
    public async Task A_version_that_fails_to_load_is_told_with_its_reason_beside_the_one_that_goes_on()
    {
        var broken = await _host.RegisterAsync("housing", 4, Token) with { Artifact = new string('e', 64) };
        await _host.Intake.TryPublishAsync(broken, Token);
        await _host.Get<ModelAliasChangedHandler>().HandleAsync(_training.Promote(_training.Models[2], "champion"), Token);

        var all = _host.Get<ServedModelIndex>().Read(null);

        Assert.Equal(
            [(1, "READY"), (2, "READY"), (3, "READY"), (4, "UNAVAILABLE")], all.Models.Select(model => (model.Version, model.State)));
        Assert.Contains("artifact", all.Models[3].Reason, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(("linear", true), (all.Models[2].Engine, all.Models[2].Current));
        Assert.Equal(["champion"], all.Models[2].Aliases);
        Assert.Equal(all.UsedBytes, all.Models.Sum(model => model.Bytes ?? 0));
        Assert.Equal([3], Read("housing@champion").Select(model => model.Version));
        Assert.Equal([1, 2, 3], Read(null, ready: true).Select(model => model.Version));
        Assert.Empty(Read("weather"));
    }

    protected abstract Task<TestStorage> CreateStorageAsync();

    private IEnumerable<ServedModelStatus> Read(string? model, bool ready = false) =>
        _host.Get<ServedModelIndex>().Read(new ServedModelFilter { Model = model, Ready = ready }).Models;

    private static bool IsLoaded(ServingHost host, int version) =>
        host.Catalog.Shelves.GetValueOrDefault("housing")?.Versions.ContainsKey(version) == true;

    private Task<ServedModelStatus> LoadAsync(string model) =>
        _host.Get<LoadModelHandler>().HandleAsync(new LoadModel { Data = new() { Model = model } }, Samples.Context, Token);

    private Task<ServedModelList> UnloadAsync(string model) =>
        _host.Get<UnloadModelHandler>().HandleAsync(new UnloadModel { Data = new() { Model = model } }, Samples.Context, Token);

    private static async Task RefusedAsync(string model, ServingHost host)
    {
        var error = await Assert.ThrowsAsync<MeshException>(() => VersionAsync(model, host));
        Assert.Equal(ErrorCode.FailedPrecondition, error.Code);
        Assert.Contains("was unloaded by request", error.Message, StringComparison.Ordinal);
    }

    private static async Task<int> VersionAsync(string model, ServingHost host)
    {
        using var lease = await host.Finder.LeaseAsync(model, Token);
        return lease.Model.Manifest.Version;
    }

    private ServingHost CreateHost(double refreshSeconds = 3600)
    {
        var host = new ServingHost(_storage, _training, refreshSeconds);
        _hosts.Add(host);
        return host;
    }
}

public sealed class SqliteLoadAndUnloadTests : LoadAndUnloadContract
{
    protected override Task<TestStorage> CreateStorageAsync() => Task.FromResult(TestStorage.Sqlite());
}

public sealed class PostgreSqlLoadAndUnloadTests : LoadAndUnloadContract
{
    protected override Task<TestStorage> CreateStorageAsync() => TestStorage.PostgreSqlAsync();
}
