using System.Text.Json;
using Skipper.Services.Serving.Models;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Testing;

namespace Skipper.Services.Serving.Tests.Models;

/// <summary>Predictions by alias, while it is moved.</summary>
public sealed class ModelAliasTests : IAsyncLifetime
{
    private readonly TestStorage _storage = TestStorage.Sqlite();
    private readonly FakeTrainingService _training = new();
    private readonly List<ServingHost> _hosts = [];
    private ServingHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        _host = CreateHost();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
        {
            await host.DisposeAsync();
        }

        await _storage.DisposeAsync();
    }

    [Fact]
    public async Task An_alias_that_is_not_known_yet_is_asked_for_once_and_followed_from_then_on()
    {
        var versions = await RegisterAsync(3);
        _training.Promote(versions[0], "champion");

        Assert.Equal(1, await VersionAsync("housing@champion"));
        Assert.Equal(1, await VersionAsync("housing@champion"));
        Assert.Equal(1, _training.Questions);

        await AnnounceAsync(_training.Promote(versions[1], "champion"));
        Assert.Equal(2, await VersionAsync("housing@champion"));
        Assert.Equal(1, _training.Questions);
    }

    [Fact]
    public async Task An_announcement_that_comes_late_does_not_move_an_alias_back()
    {
        var versions = await RegisterAsync(2);
        var first = _training.Promote(versions[0], "champion");
        var second = _training.Promote(versions[1], "champion");

        await AnnounceAsync(second);
        await AnnounceAsync(first);

        Assert.Equal(2, await VersionAsync("housing@champion"));
    }

    [Fact]
    public async Task A_version_with_an_alias_stays_loaded_however_many_others_come()
    {
        var versions = await RegisterAsync(9);
        await AnnounceAsync(_training.Promote(versions[0], "champion"));
        foreach (var version in versions)
        {
            await _host.Intake.TryPublishAsync(version, Token);
        }

        var asked = _training.Questions;
        Assert.Equal(1, await VersionAsync("housing@champion"));
        Assert.Equal(9, await VersionAsync("housing"));
        Assert.Equal(asked, _training.Questions);
    }

    [Fact]
    public async Task An_alias_stays_where_it_is_if_the_new_version_answers_its_golden_rows_wrongly()
    {
        var versions = await RegisterAsync(2);
        await AnnounceAsync(_training.Promote(versions[0], "champion"));

        var golden = new GoldenRows { Inputs = [[0, 0]], Outputs = [[200.001, 20]], Tolerance = 1e-9 };
        await AnnounceAsync(_training.Promote(versions[1] with { Golden = golden }, "champion"));

        Assert.Equal(1, await VersionAsync("housing@champion"));
        Assert.Equal(1, _host.Log.Matching("Golden row 0 should give 200.001"));

        await AnnounceAsync(_training.Promote(versions[1] with { Golden = golden with { Tolerance = 1e-3 } }, "champion"));
        Assert.Equal(2, await VersionAsync("housing@champion"));
    }

    [Fact]
    public async Task A_move_whose_announcement_was_missed_is_found_at_the_next_refresh()
    {
        var host = CreateHost(refreshSeconds: 0.05);
        var versions = await RegisterAsync(2);
        await AnnounceAsync(_training.Promote(versions[0], "champion"), host);
        await host.Loader.StartAsync(Token);

        _training.Promote(versions[1], "champion");

        await Eventually.TrueAsync(() => host.Catalog.FindAlias("housing", "champion")?.Version == 2, "the alias follows", Token);
    }

    [Fact]
    public async Task Without_the_training_service_an_alias_points_where_it_pointed_before()
    {
        var versions = await RegisterAsync(3);
        await AnnounceAsync(_training.Promote(versions[0], "champion"));
        await AnnounceAsync(_training.Promote(versions[1], "champion"));
        _training.IsAway = true;

        var after = CreateHost();
        await after.Loader.StartAsync(Token);
        await Eventually.TrueAsync(() => after.Loader.IsReady, "the models are loaded", Token);

        Assert.Equal(2, await VersionAsync("housing@champion", after));
    }

    [Fact]
    public async Task While_an_alias_moves_to_and_fro_every_prediction_succeeds_with_one_of_its_versions()
    {
        // Given an alias that is asked for by several callers all the time
        var versions = await RegisterAsync(8);
        await AnnounceAsync(_training.Promote(versions[0], "champion"));
        var answers = 0;
        using var done = new CancellationTokenSource();
        var callers = Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            var row = JsonElement.Parse("[6,10]");
            while (!done.IsCancellationRequested)
            {
                var batch = await _host.Bundles.HandleAsync(
                    new PredictRows { Data = new() { Model = "housing@champion", Rows = [row] } }, Samples.Context, Token);
                Assert.Equal(100 * batch.Version, batch.Predictions[0]["price"], 1e-6);
                Interlocked.Increment(ref answers);
            }
        })).ToArray();

        // When it is promoted and rolled back again and again
        for (var move = 1; move <= 60; move++)
        {
            var target = versions[move % versions.Count];
            await AnnounceAsync(_training.Promote(target, "champion"));
            var seen = Volatile.Read(ref answers);
            Assert.Equal(target.Version, await VersionAsync("housing@champion"));
            await Eventually.TrueAsync(() => Volatile.Read(ref answers) > seen || callers.Any(caller => caller.IsFaulted), "it is asked", Token);
        }

        // Then nobody was refused
        await done.CancelAsync();
        await Task.WhenAll(callers);
    }

    [Fact]
    public async Task An_alias_that_nobody_knows_is_reported()
    {
        await _host.Intake.TryPublishAsync((await RegisterAsync(1))[0], Token);

        var error = await Assert.ThrowsAsync<MeshException>(() => VersionAsync("housing@best"));

        Assert.Equal(ErrorCode.NotFound, error.Code);
        Assert.Contains("no alias 'best'", error.Message, StringComparison.Ordinal);
    }

    private ServingHost CreateHost(double refreshSeconds = 3600)
    {
        var host = new ServingHost(_storage, _training, refreshSeconds);
        _hosts.Add(host);
        return host;
    }

    private async Task<List<ModelVersion>> RegisterAsync(int count)
    {
        var versions = new List<ModelVersion>();
        for (var version = 1; version <= count; version++)
        {
            versions.Add(await _host.RegisterAsync("housing", version, Token));
        }

        return versions;
    }

    private Task AnnounceAsync(ModelAliasChanged moved, ServingHost? host = null) =>
        (host ?? _host).Get<ModelAliasChangedHandler>().HandleAsync(moved, Token);

    private async Task<int> VersionAsync(string model, ServingHost? host = null)
    {
        using var lease = await (host ?? _host).Finder.LeaseAsync(model, Token);
        return lease.Model.Manifest.Version;
    }
}
