using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Skipper.Standalone;
using Skipper.Testing;

namespace Skipper.Cli.Tests;

/// <summary>A Standalone of its own that the commands of a test talk to.</summary>
public sealed class SkipperMesh : IAsyncLifetime
{
    private readonly TestStorage _storage = TestStorage.Sqlite();
    private WebApplication _app = null!;

    internal string Url => _app.Urls.First();

    public async ValueTask InitializeAsync() => await StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _storage.DisposeAsync();
    }

    internal T Service<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    /// <summary>Runs a command against this mesh.</summary>
    internal Task<Outcome> RunAsync(params string[] arguments) => Outcome.OfAsync([.. arguments, "--url", Url]);

    /// <summary>Waits for the sample dataset, which a first start registers, and trains the default model of it.</summary>
    internal async Task<Outcome> TrainAsync(params string[] options)
    {
        await Eventually.TrueAsync(
            async () => (await RunAsync("datasets")).Out.Contains("housing", StringComparison.Ordinal),
            "the sample dataset is there",
            TestContext.Current.CancellationToken);
        return await RunAsync([
            "submit", "training", "--payload", "0.2", "--set", "engine=linear", "--set", "dataset=housing", "--watch", .. options]);
    }

    /// <summary>Starts again on what is stored, with keys.</summary>
    internal async Task RequireKeysAsync()
    {
        await _app.DisposeAsync();
        await StartAsync(("Skipper:Auth:Mode", "ApiKey"));
    }

    private async Task StartAsync(params (string Key, string Value)[] settings)
    {
        _app = StandaloneMesh.Build([], builder =>
        {
            builder.Configuration.AddInMemoryCollection(_storage.Settings);
            builder.Configuration.AddInMemoryCollection(settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value));
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Logging.ClearProviders();
        });
        await _app.StartAsync();
    }
}
