using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Messaging.Hosting;
using Skipper.Shared.Messaging.Rpc;
using Skipper.Shared.Storage.Artifacts;
using Skipper.Testing;

namespace Skipper.Services.Training.Tests;

/// <summary>The service as a process, over the in-process transport.</summary>
public sealed class TrainingServiceTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_service_answers_training_and_registry_calls_and_says_that_it_is_ready()
    {
        // Given
        await using var storage = TestStorage.Sqlite();
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(storage.Settings);
        builder.Configuration["Skipper:Artifacts:Store"] = "filesystem";
        builder.Configuration["Skipper:Messaging:Transport"] = "inprocess";
        builder.Configuration["urls"] = "http://127.0.0.1:0";
        builder.Logging.ClearProviders();
        builder.AddTrainingService();
        builder.AddMessaging().Handle<SplitDataset, DatasetSplit, SplitHandler>();
        await using var app = builder.Build();
        app.MapTrainingService();
        await app.StartAsync(Token);
        var rpc = app.Services.GetRequiredService<IRpcClient>();

        // When
        var trained = await rpc.CallAsync(new TrainModel { Payload = "0.2" }, cancellationToken: Token);
        var found = await rpc.CallAsync(new FindModel { Data = new ModelName { Name = "housing" } }, cancellationToken: Token);
        var list = await rpc.CallAsync(new ListModels(), cancellationToken: Token);

        // Then
        Assert.Equal((1, 1), (trained.Model.Version, found.Version));
        Assert.Equal(trained.Model.Artifact, Assert.Single(list.Models).Artifact);
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        Assert.Equal("Healthy", await http.GetStringAsync(new Uri("/healthz", UriKind.Relative), Token));
        await Eventually.TrueAsync(
            async () => (await http.GetAsync(new Uri("/readyz", UriKind.Relative), Token)).IsSuccessStatusCode,
            "the service is ready",
            Token);
        await app.StopAsync(Token);
    }

    private sealed class SplitHandler(IArtifactStore artifacts) : IMessageHandler<SplitDataset, DatasetSplit>
    {
        public Task<DatasetSplit> HandleAsync(
            SplitDataset message, MessageContext context, CancellationToken cancellationToken) =>
            Samples.SplitAsync(artifacts, message.Data!, cancellationToken);
    }
}
