using Microsoft.Extensions.Diagnostics.HealthChecks;
using Skipper.Services.Serving.Models;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Testing;

namespace Skipper.Services.Serving.Tests.Models;

public sealed class ModelsHealthCheckTests : IAsyncLifetime
{
    private readonly TestStorage _storage = TestStorage.Sqlite();
    private readonly FakeTrainingService _training = new();
    private ServingHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        _host = new ServingHost(_storage, _training);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _storage.DisposeAsync();
    }

    [Fact]
    public async Task A_worker_is_ready_when_every_alias_has_a_version_that_answers()
    {
        var good = await _host.RegisterAsync("housing", 1, Token);
        _training.Promote(good with { Version = 2 }, "champion");
        _training.Register(good with { Version = 2, Artifact = new string('e', 64) });
        Assert.Equal(HealthStatus.Unhealthy, (await CheckAsync()).Status);

        await _host.Loader.StartAsync(Token);
        await Eventually.TrueAsync(() => _host.Loader.IsReady, "it is known what to serve", Token);

        var cold = await CheckAsync();
        Assert.Equal(HealthStatus.Unhealthy, cold.Status);
        Assert.Contains("housing@champion: Model 'housing@2' cannot be loaded here", cold.Description, StringComparison.Ordinal);

        await FollowAsync(_training.Promote(good, "champion"));
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync()).Status);
    }

    [Fact]
    public async Task A_worker_that_was_ready_stays_so_when_a_new_alias_cannot_be_served()
    {
        var good = await _host.RegisterAsync("housing", 1, Token);
        await _host.Loader.StartAsync(Token);
        await Eventually.TrueAsync(() => _host.Loader.IsReady, "it is known what to serve", Token);
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync()).Status);

        await FollowAsync(_training.Promote(good with { Version = 2, Artifact = new string('e', 64) }, "champion"));

        Assert.Equal(HealthStatus.Degraded, (await CheckAsync()).Status);
    }

    private Task FollowAsync(ModelAliasChanged moved) => _host.Get<ModelAliasChangedHandler>().HandleAsync(moved, Token);

    private Task<HealthCheckResult> CheckAsync() =>
        _host.Get<ModelsHealthCheck>().CheckHealthAsync(new HealthCheckContext(), Token);
}
