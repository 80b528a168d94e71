using Skipper.Shared.Messaging.Errors;
using Skipper.Testing;

namespace Skipper.Services.Serving.Tests.Models;

public sealed class ModelFinderTests : IAsyncLifetime
{
    private readonly TestStorage _storage = TestStorage.Sqlite();
    private ServingHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        _host = new ServingHost(_storage, new FakeTrainingService());
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _storage.DisposeAsync();
    }

    [Fact]
    public async Task A_loaded_model_is_found_without_a_question()
    {
        await _host.Intake.TryPublishAsync(await _host.RegisterAsync("housing", 1, Token), Token);

        Assert.Equal(1, await VersionAsync(null));
        Assert.Equal(1, await VersionAsync("housing@1"));
        Assert.Equal(0, _host.Training.Questions);
    }

    [Fact]
    public async Task A_named_version_that_is_not_loaded_is_fetched_once_and_does_not_become_the_default()
    {
        await _host.RegisterAsync("housing", 1, Token);
        await _host.Intake.TryPublishAsync(await _host.RegisterAsync("housing", 2, Token), Token);

        Assert.Equal(1, await VersionAsync("housing@1"));
        Assert.Equal(1, await VersionAsync("housing@1"));
        Assert.Equal(2, await VersionAsync("housing"));
        Assert.Equal(1, _host.Training.Questions);
    }

    [Fact]
    public async Task A_model_trained_a_moment_ago_is_found_before_its_announcement()
    {
        await _host.RegisterAsync("housing", 1, Token);

        Assert.Equal(1, await VersionAsync("housing"));
    }

    [Fact]
    public async Task Before_the_first_training_the_error_says_how_to_train()
    {
        var error = await Assert.ThrowsAsync<MeshException>(() => VersionAsync(null));

        Assert.Equal(ErrorCode.FailedPrecondition, error.Code);
        Assert.Contains("\"task_type\":\"training\"", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_model_or_version_is_reported_with_the_known_ones()
    {
        await _host.Intake.TryPublishAsync(await _host.RegisterAsync("housing", 1, Token), Token);

        foreach (var unknown in new[] { "weather", "housing@9" })
        {
            var error = await Assert.ThrowsAsync<MeshException>(() => VersionAsync(unknown));
            Assert.Equal(ErrorCode.NotFound, error.Code);
            Assert.StartsWith($"Model '{unknown}' is not known; known: housing.", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task With_the_training_service_away_an_unknown_model_is_unavailable_and_may_be_tried_again()
    {
        _host.Training.IsAway = true;

        var error = await Assert.ThrowsAsync<MeshException>(() => VersionAsync("weather"));

        Assert.Equal(ErrorCode.Unavailable, error.Code);
        Assert.True(error.Retryable);
    }

    [Fact]
    public async Task A_named_version_that_cannot_be_loaded_says_why()
    {
        _host.Training.Register(Samples.Manifest("housing", 1, new string('e', 64)));

        var error = await Assert.ThrowsAsync<MeshException>(() => VersionAsync("housing@1"));

        Assert.Equal(ErrorCode.FailedPrecondition, error.Code);
        Assert.StartsWith("Model 'housing@1' cannot be loaded here: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_who_ask_for_the_same_version_load_it_once()
    {
        await _host.RegisterAsync("housing", 1, Token);

        var versions = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => VersionAsync("housing@1"))));

        Assert.All(versions, version => Assert.Equal(1, version));
        Assert.Equal(1, _host.Log.Matching("Loaded housing"));
    }

    private async Task<int> VersionAsync(string? model)
    {
        using var lease = await _host.Finder.LeaseAsync(model, Token);
        return lease.Model.Manifest.Version;
    }
}
