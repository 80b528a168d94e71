using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Skipper.Gateway.Errors;
using Skipper.Gateway.Explanations;
using Skipper.Gateway.Idempotency;
using Skipper.Gateway.Notifications;
using Skipper.Gateway.Retention;
using Skipper.Gateway.Runs;
using Skipper.Gateway.RunsApi;
using Skipper.Gateway.Tests.Fakes;
using Skipper.Shared.Messaging.Transports;
using Skipper.Shared.Storage;
using Skipper.Shared.Storage.Databases;
using Skipper.Testing;

namespace Skipper.Gateway.Tests.RunsApi;

/// <summary>
/// The operations on runs, over tables that the test fills: nothing executes, so that every state can be looked at.
/// </summary>
internal sealed class RunsApiHost : IAsyncDisposable
{
    public const string Runs = "/api/v1/skipper/runs";

    private readonly TestStorage _storage;
    private readonly WebApplication _app;

    public RunsApiHost(TestStorage? storage = null, TestTime? time = null, params (string Key, string Value)[] settings)
    {
        _storage = storage ?? TestStorage.Sqlite();
        Time = time ?? new TestTime();
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(_storage.Settings);
        builder.Configuration.AddInMemoryCollection([KeyValuePair.Create("urls", (string?)"http://127.0.0.1:0")]);
        foreach (var (key, value) in settings)
        {
            builder.Configuration[key] = value;
        }

        builder.Logging.ClearProviders().AddProvider(Log);
        builder.Services.AddSingleton<TimeProvider>(Time);
        builder.Services.AddSingleton<ITransport>(Transport);
        builder.Services.AddSingleton<IRunControl>(Control);
        builder.AddDatabase(GatewayService.Schema, typeof(GatewayService).Assembly);
        builder.AddIdempotency();
        builder.AddRunsApi();
        builder.AddExplanations();
        builder.AddNotifications();
        builder.AddRetention();
        builder.Services.AddOptions<RunOptions>().BindConfiguration(RunOptions.Section);
        builder.Services.AddProblemDetails().AddExceptionHandler<ProblemResponses>();
        _app = builder.Build();
        _app.UseExceptionHandler();
        _app.MapRuns();
        _app.MapExplanations();
        Table = new RunTable(Database, Time);
    }

    public TestTime Time { get; }

    public FakeTransport Transport { get; } = new();

    public FakeRunControl Control { get; } = new();

    public ListLog Log { get; } = new();

    public RunTable Table { get; }

    public RunReader Reader => Get<RunReader>();

    public Database Database => _app.Services.GetRequiredKeyedService<Database>(GatewayService.Schema);

    public HttpClient Http { get; } = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<RunsApiHost> StartAsync(TestTime? time = null, params (string Key, string Value)[] settings)
    {
        var host = new RunsApiHost(null, time, settings);
        await host._app.StartAsync(Token);
        host.Http.BaseAddress = new Uri(host._app.Urls.Single());
        return host;
    }

    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public Task<Answer> GetAsync(string path, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Get, path, null, headers);

    public async Task<Answer> SendAsync(
        HttpMethod method, string path, string? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri($"{Runs}{path}", UriKind.Relative));
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await Answer.ReadAsync(await Http.SendAsync(request, Token));
    }

    public T GetHosted<T>()
        where T : IHostedService => _app.Services.GetServices<IHostedService>().OfType<T>().Single();

    public Task StopAsync() => _app.StopAsync(Token);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
        await _storage.DisposeAsync();
    }
}
