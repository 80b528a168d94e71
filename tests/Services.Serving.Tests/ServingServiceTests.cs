using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Events;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Messaging.Hosting;
using Skipper.Shared.Messaging.Rpc;
using Skipper.Shared.Storage.Artifacts;
using Skipper.Testing;

namespace Skipper.Services.Serving.Tests;

/// <summary>The service as a process, over the in-process transport.</summary>
public sealed class ServingServiceTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_service_becomes_ready_with_the_registry_and_serves_what_is_announced()
    {
        await using var storage = TestStorage.Sqlite();
        await using var app = CreateApp(storage);
        app.MapServingService();
        await app.StartAsync(Token);
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri("/healthz", UriKind.Relative), Token)).StatusCode);
        await Eventually.TrueAsync(
            async () => (await http.GetAsync(new Uri("/readyz", UriKind.Relative), Token)).IsSuccessStatusCode, "it is ready", Token);

        var artifacts = app.Services.GetRequiredService<IArtifactStore>();
        foreach (var version in new[] { 1, 2 })
        {
            var model = await Samples.StoreAsync(artifacts, "housing", version, Token);
            await app.Services.GetRequiredService<IEventBus>().PublishAsync(new ModelPublished { Model = model }, Token);
            await Eventually.TrueAsync(
                async () => await PredictAsync(app.Services) == version, $"version {version} is served", Token);
        }

        await app.StopAsync(Token);
    }

    private static async Task<int?> PredictAsync(IServiceProvider services)
    {
        try
        {
            var row = JsonDocument.Parse("""{"rm":8,"rad":15}""").RootElement;
            var reply = await services.GetRequiredService<IRpcClient>().CallAsync(new PredictRow { Data = row }, cancellationToken: Token);
            return reply.GetProperty("version").GetInt32();
        }
        catch (Shared.Messaging.Errors.MeshException exception)
        {
            Assert.Equal(Shared.Messaging.Errors.ErrorCode.FailedPrecondition, exception.Code);
            return null;
        }
    }

    private static WebApplication CreateApp(TestStorage storage)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(storage.Settings);
        builder.Configuration["Skipper:Artifacts:Store"] = "filesystem";
        builder.Configuration["Skipper:Messaging:Transport"] = "inprocess";
        builder.Configuration["urls"] = "http://127.0.0.1:0";
        builder.Logging.ClearProviders();
        builder.AddServingService();
        builder.AddMessaging()
            .Handle<ListModels, ModelList, EmptyRegistry>()
            .Handle<FindModel, ModelVersion, EmptyRegistry>();
        return builder.Build();
    }

    private sealed class EmptyRegistry : IMessageHandler<ListModels, ModelList>, IMessageHandler<FindModel, ModelVersion>
    {
        public Task<ModelList> HandleAsync(ListModels message, MessageContext context, CancellationToken cancellationToken) =>
            Task.FromResult(new ModelList { Models = [] });

        public Task<ModelVersion> HandleAsync(FindModel message, MessageContext context, CancellationToken cancellationToken) =>
            throw Shared.Messaging.Errors.MeshException.NotFound("Nothing is registered.");
    }
}
