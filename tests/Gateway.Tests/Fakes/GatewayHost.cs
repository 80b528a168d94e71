using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Messaging.Hosting;
using Skipper.Shared.Messaging.Transports;
using Skipper.Testing;

namespace Skipper.Gateway.Tests.Fakes;

/// <summary>
/// The whole gateway with workers that follow a script: in-process transport, SQLite, a free port of the loopback.
/// </summary>
internal sealed class GatewayHost : IAsyncDisposable
{
    public const string Tasks = "/api/v1/skipper/tasks";

    private readonly TestStorage _storage;
    private readonly bool _ownsStorage;
    private readonly WebApplication _app;

    private GatewayHost(
        TestStorage storage, bool ownsStorage, string[] queues, (string Key, string Value)[] settings, ILoggerProvider? log = null)
    {
        _storage = storage;
        _ownsStorage = ownsStorage;
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(storage.Settings);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["urls"] = "http://127.0.0.1:0",
            ["Skipper:Messaging:Transport"] = "inprocess",
            ["Skipper:Messaging:DrainSeconds"] = "0",
            ["Skipper:Runs:RetryDelaySeconds"] = "0",
        });
        builder.Configuration.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value)));
        builder.AddGateway();
        builder.Logging.ClearProviders();
        if (log is not null)
        {
            builder.Logging.SetMinimumLevel(LogLevel.Trace).AddProvider(log);
        }

        builder.Services.AddSingleton(Script);
        foreach (var queue in queues)
        {
            builder.AddMessaging().Handle<RawJson, RawJson, ScriptedHandler>(queue, "any", fallback: true);
        }

        _app = builder.Build();
        _app.MapGateway();
    }

    public static string[] AllQueues { get; } = [Queues.Data, Queues.Training, Queues.Models, Queues.Serving];

    public WorkerScript Script { get; } = new();

    public HttpClient Http { get; private set; } = null!;

    /// <summary>Everything that is mapped.</summary>
    public IReadOnlyList<RouteEndpoint> Endpoints =>
        [.. _app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()];

    public ITransport Transport => _app.Services.GetRequiredService<ITransport>();

    public T Service<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static Task<GatewayHost> StartAsync(params (string Key, string Value)[] settings) =>
        StartAsync(TestStorage.Sqlite(), true, AllQueues, settings);

    public static async Task<GatewayHost> StartAsync(
        TestStorage storage, bool ownsStorage, string[] queues, params (string Key, string Value)[] settings)
    {
        var host = new GatewayHost(storage, ownsStorage, queues, settings);
        await host.StartAsync();
        return host;
    }

    /// <summary>A gateway on storage of its own that tells a test all that it logs.</summary>
    public static async Task<GatewayHost> StartAsync(ILoggerProvider log, params (string Key, string Value)[] settings)
    {
        var host = new GatewayHost(TestStorage.Sqlite(), true, AllQueues, settings, log);
        await host.StartAsync();
        return host;
    }

    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public async Task<Answer> SendAsync(string method, string path, string? key = null, string? body = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (key is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        return await Answer.ReadAsync(await Http.SendAsync(request, Token));
    }

    public async Task<Answer> PostAsync(string path, string body, string type = "application/json")
    {
        using var content = new StringContent(body, Encoding.UTF8, MediaTypeHeaderValue.Parse(type));
        return await Answer.ReadAsync(await Http.PostAsync(new Uri(path, UriKind.Relative), content, Token));
    }

    public async Task<Answer> GetAsync(string path) =>
        await Answer.ReadAsync(await Http.GetAsync(new Uri(path, UriKind.Relative), Token));

    /// <summary>Accepts a task and returns its id.</summary>
    public async Task<string> AcceptAsync(string body) =>
        (await PostAsync($"{Tasks}/execute_async", body)).Json.GetProperty("task_id").GetString()!;

    public async Task<JsonElement> StatusAsync(string id) => (await GetAsync($"{Tasks}/workflow/{id}")).Json;

    /// <summary>The status once the task has ended.</summary>
    public async Task<JsonElement> EndAsync(string id)
    {
        var status = await StatusAsync(id);
        await Eventually.TrueAsync(
            async () =>
            {
                status = await StatusAsync(id);
                return status.GetProperty("task_status").GetString() != "Processing";
            },
            $"task {id} ends",
            Token);
        return status;
    }

    private async Task StartAsync()
    {
        await _app.StartAsync(Token);
        Http = new HttpClient { BaseAddress = new Uri(_app.Urls.Single()) };
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
        if (_ownsStorage)
        {
            await _storage.DisposeAsync();
        }
    }
}

/// <summary>An HTTP response, read.</summary>
internal sealed record Answer(int Status, string Text, string? Type, HttpResponseHeaders Headers)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    public string Detail => Json.GetProperty("detail").GetString()!;

    public static async Task<Answer> ReadAsync(HttpResponseMessage response)
    {
        using (response)
        {
            return new Answer(
                (int)response.StatusCode,
                await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
                response.Content.Headers.ContentType?.MediaType,
                response.Headers);
        }
    }

    public void IsProblem(int status, string code)
    {
        Assert.Equal((status, "application/problem+json"), (Status, Type));
        Assert.Equal(status, Json.GetProperty("status").GetInt32());
        Assert.Equal(code, Json.GetProperty("code").GetString());
        Assert.NotEmpty(Json.GetProperty("trace_id").GetString()!);
    }
}
