using Skipper.Services.Serving.Models;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Arrays;
using Skipper.Testing;

namespace Skipper.Services.Serving.Tests.Models;

/// <summary>What is found out about a model before anybody asks it.</summary>
public sealed class ModelOpenerTests : IAsyncLifetime
{
    private static readonly GoldenRows Golden = new()
    {
        Inputs = [[0, 0], [1, 0]],
        Outputs = [[100, 20], [103, 19]],
        Tolerance = 1e-9,
    };

    private readonly TestStorage _storage = TestStorage.Sqlite();
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

    [Theory]
    [InlineData("2.1.9", true)]
    [InlineData("1.7.4", true)]
    [InlineData("unknown", true)]
    [InlineData("2.2.0", false)]
    [InlineData("3.0.0", false)]
    public async Task A_file_of_a_newer_library_is_refused(string made, bool isServed)
    {
        var engine = new TrackedEngine();
        var host = CreateHost(engine);
        var manifest = await StoreAsync(host) with { EngineVersion = made };

        var isLoaded = await host.Intake.TryPublishAsync(manifest, Token);

        Assert.Equal(isServed, isLoaded);
        Assert.Equal(isServed ? 1 : 0, engine.InMemory);
        var reason = host.Get<ServedModelIndex>().Read(null).Models.Single().Reason;
        Assert.Equal(!isServed, reason?.Contains($"made with tracked {made}, this process has 2.1.0", StringComparison.Ordinal) ?? false);
    }

    [Fact]
    public async Task Golden_rows_are_replayed_as_a_large_batch_too_and_a_model_that_fails_is_freed()
    {
        var engine = new TrackedEngine { WithMany = right => new Matrix(right.Rows, 2, [.. right.Values.Select(value => value + 0.5)]) };
        var host = CreateHost(engine);

        Assert.False(await host.Intake.TryPublishAsync(await StoreAsync(host), Token));

        Assert.Equal(1, host.Log.Matching("Could not load housing version 1"));
        Assert.Contains("Golden row 0 should give 100, gives 100.5", host.Get<LoadStates>().All.Single().Failure, StringComparison.Ordinal);
        Assert.Equal(0, engine.InMemory);
    }

    [Fact]
    public async Task A_request_is_not_made_to_try_a_file_again_that_failed_a_moment_ago()
    {
        var loads = 0;
        var host = CreateHost(new TrackedEngine { WhileLoading = () => loads++, WithMany = _ => new Matrix(0, 2, []) });
        host.Training.Register(await StoreAsync(host));

        for (var request = 0; request < 3; request++)
        {
            var error = await Assert.ThrowsAsync<MeshException>(async () => await host.Finder.LeaseAsync("housing@1", Token));
            Assert.Equal(ErrorCode.FailedPrecondition, error.Code);
        }

        Assert.Equal(1, loads);
    }

    [Fact]
    public async Task A_version_is_told_to_be_loading_while_it_is()
    {
        string? state = null;
        ServingHost host = null!;
        host = CreateHost(new TrackedEngine
        {
            WhileLoading = () => state = host.Get<ServedModelIndex>().Read(null).Models.Single().State,
        });

        Assert.True(await host.Intake.TryPublishAsync(await StoreAsync(host), Token));

        Assert.Equal("LOADING", state);
        Assert.Equal("READY", host.Get<ServedModelIndex>().Read(null).Models.Single().State);
    }

    private static async Task<ModelVersion> StoreAsync(ServingHost host) =>
        await Samples.StoreAsync(host.Artifacts, "housing", 1, Token) with { Engine = "tracked", EngineVersion = "2.1.0", Golden = Golden };

    private ServingHost CreateHost(TrackedEngine engine)
    {
        var host = new ServingHost(_storage, new FakeTrainingService(), engines: engine);
        _hosts.Add(host);
        return host;
    }
}
