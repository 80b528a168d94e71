using Skipper.Services.Serving.Models;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Testing;

namespace Skipper.Services.Serving.Tests.Models;

public sealed class ModelLoaderTests : IAsyncLifetime
{
    private readonly TestStorage _storage = TestStorage.Sqlite();
    private readonly FakeTrainingService _training = new();
    private readonly List<ServingHost> _hosts = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
        {
            await host.DisposeAsync();
        }

        await _storage.DisposeAsync();
    }

    [Fact]
    public async Task At_start_the_newest_version_of_every_model_is_loaded()
    {
        var host = CreateHost();
        await host.RegisterAsync("housing", 1, Token);
        await host.RegisterAsync("housing", 2, Token);
        await host.RegisterAsync("cars", 1, Token);

        await StartAsync(host);

        Assert.Equal(2, host.Catalog.CurrentVersion("housing"));
        Assert.Equal(1, host.Catalog.CurrentVersion("cars"));
    }

    [Fact]
    public async Task It_waits_for_the_training_service_says_so_once_and_goes_on_when_it_answers()
    {
        var host = CreateHost();
        await host.RegisterAsync("housing", 1, Token);
        _training.IsAway = true;
        await host.Loader.StartAsync(Token);
        await Eventually.TrueAsync(() => _training.Questions >= 5, "it asks again and again", Token);
        Assert.False(host.Loader.IsReady);

        _training.IsAway = false;

        await Eventually.TrueAsync(() => host.Loader.IsReady, "it is ready", Token);
        Assert.Equal(1, host.Catalog.CurrentVersion("housing"));
        Assert.Equal(1, host.Log.Matching("Waiting for the training service"));
    }

    [Fact]
    public async Task Without_the_training_service_it_serves_what_it_served_before()
    {
        var before = CreateHost();
        await before.RegisterAsync("housing", 1, Token);
        await StartAsync(before);
        _training.IsAway = true;

        var after = CreateHost();
        await StartAsync(after);

        Assert.Equal(1, after.Catalog.CurrentVersion("housing"));
    }

    [Fact]
    public async Task An_announced_version_is_loaded_at_once_and_an_old_announcement_changes_nothing()
    {
        var host = CreateHost();
        var versions = new List<ModelVersion>();
        foreach (var version in new[] { 1, 2 })
        {
            versions.Add(await Samples.StoreAsync(host.Artifacts, "housing", version, Token));
        }

        foreach (var version in new[] { versions[1], versions[0], versions[1] })
        {
            await host.Get<ModelPublishedHandler>().HandleAsync(new ModelPublished { Model = version }, Token);
        }

        Assert.Equal(2, host.Catalog.CurrentVersion("housing"));
        Assert.Equal(1, host.Log.Matching("Loaded housing"));
    }

    [Fact]
    public async Task A_version_whose_announcement_was_missed_is_found_at_the_next_refresh()
    {
        var host = CreateHost(refreshSeconds: 0.1);
        await StartAsync(host);

        await host.RegisterAsync("housing", 1, Token);

        await Eventually.TrueAsync(() => host.Catalog.CurrentVersion("housing") == 1, "it is found", Token);
    }

    [Fact]
    public async Task A_refresh_that_gets_no_answer_is_said_once_and_leaves_everything_serving()
    {
        var host = CreateHost(refreshSeconds: 0.05);
        await host.RegisterAsync("housing", 1, Token);
        await StartAsync(host);
        var asked = _training.Questions;

        _training.IsAway = true;

        await Eventually.TrueAsync(() => _training.Questions > asked + 5, "it asks again", Token);
        Assert.Equal(1, host.Catalog.CurrentVersion("housing"));
        Assert.Equal(1, host.Log.Matching("Could not ask the training service"));
    }

    [Theory]
    [InlineData("no such artifact")]
    [InlineData("not a model")]
    [InlineData("unknown engine")]
    [InlineData("another shape")]
    public async Task A_version_that_cannot_be_loaded_leaves_the_old_one_serving_and_is_logged_once(string fault)
    {
        var host = CreateHost(refreshSeconds: 0.05);
        await host.RegisterAsync("housing", 1, Token);
        await StartAsync(host);
        var good = await Samples.StoreAsync(host.Artifacts, "housing", 2, Token);

        _training.Register(fault switch
        {
            "no such artifact" => good with { Artifact = new string('e', 64) },
            "not a model" => good with { Artifact = await Samples.PutAsync(host.Artifacts, [1, 2, 3], Token) },
            "unknown engine" => good with { Engine = "torch" },
            _ => good with { Targets = ["price"] },
        });
        var asked = _training.Questions;

        await Eventually.TrueAsync(() => _training.Questions > asked + 3, "it was tried more than once", Token);
        Assert.Equal(1, host.Catalog.CurrentVersion("housing"));
        Assert.Equal(1, host.Log.Matching("Could not load housing version 2; version 1 goes on serving"));
        Assert.Equal([1], (await host.Manifests.ListAsync(Token)).Select(model => model.Version));
    }

    private ServingHost CreateHost(double refreshSeconds = 3600)
    {
        var host = new ServingHost(_storage, _training, refreshSeconds);
        _hosts.Add(host);
        return host;
    }

    private static async Task StartAsync(ServingHost host)
    {
        await host.Loader.StartAsync(Token);
        await Eventually.TrueAsync(() => host.Loader.IsReady, "the models are loaded", Token);
    }
}
