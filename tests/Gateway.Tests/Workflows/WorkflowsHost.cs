using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Skipper.Gateway.Errors;
using Skipper.Gateway.Notifications;
using Skipper.Gateway.Runs;
using Skipper.Gateway.Tasks;
using Skipper.Gateway.Tests.Fakes;
using Skipper.Gateway.Workflows;
using Skipper.Shared.Storage;
using Skipper.Shared.Storage.Databases;
using Skipper.Testing;

namespace Skipper.Gateway.Tests.Workflows;

/// <summary>Workflows over HTTP, with a launcher that only notes what it was asked to start.</summary>
internal sealed class WorkflowsHost : IRunLauncher, IAsyncDisposable
{
    private readonly TestStorage _storage;
    private readonly WebApplication _app;

    public WorkflowsHost(TestStorage storage)
    {
        _storage = storage;
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(storage.Settings);
        builder.Configuration.AddInMemoryCollection([KeyValuePair.Create("urls", (string?)"http://127.0.0.1:0")]);
        builder.Logging.ClearProviders();
        builder.AddDatabase(GatewayService.Schema, typeof(GatewayService).Assembly);
        builder.AddTasks();
        builder.AddNotifications();
        builder.AddWorkflows();
        builder.Services.AddProblemDetails().AddExceptionHandler<ProblemResponses>();
        builder.Services.AddSingleton<IRunLauncher>(this);
        _app = builder.Build();
        _app.UseExceptionHandler();
        _app.MapWorkflows();
    }

    public static Guid RunId { get; } = Guid.Parse("01980f5e-3c7a-7b1e-9f0a-5d2c8e4b6a10");

    public List<RunLaunch> Launches { get; } = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    /// <summary>A store that has read nothing yet.</summary>
    public WorkflowStore Reopen() => new(
        _app.Services.GetRequiredKeyedService<Database>(GatewayService.Schema), Get<IOptions<TaskOptions>>(), TimeProvider.System);

    public Task<LaunchedRun> StartAsync(RunLaunch launch, CancellationToken cancellationToken)
    {
        Launches.Add(launch);
        return Task.FromResult(new LaunchedRun(RunId, Existed: false));
    }

    public async Task<Answer> SendAsync(
        HttpMethod method, string path, string? body = null, string type = "application/yaml", string? accept = null)
    {
        if (_app.Urls.Count == 0 || _app.Urls.First().EndsWith(":0", StringComparison.Ordinal))
        {
            await _app.StartAsync(Token);
        }

        using var http = new HttpClient { BaseAddress = new Uri(_app.Urls.Single()) };
        using var request = new HttpRequestMessage(method, new Uri($"/api/v1/skipper/workflows{path}", UriKind.Relative));
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, MediaTypeHeaderValue.Parse(type));
        if (accept is not null)
        {
            request.Headers.Accept.ParseAdd(accept);
        }

        return await Answer.ReadAsync(await http.SendAsync(request, Token));
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _storage.DisposeAsync();
    }
}
