using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Skipper.Gateway.Backfills;
using Skipper.Gateway.Errors;
using Skipper.Gateway.Jobs;
using Skipper.Gateway.Runs;
using Skipper.Gateway.Schedules;
using Skipper.Gateway.Tasks;
using Skipper.Gateway.Tests.Fakes;
using Skipper.Gateway.Tests.Workflows;
using Skipper.Gateway.Workflows;
using Skipper.Shared.Storage;
using Skipper.Testing;

namespace Skipper.Gateway.Tests.Schedules;

/// <summary>Schedules, backfills and their API alone, with runs and an engine that do nothing by themselves.</summary>
internal sealed class SchedulesHost : IAsyncDisposable
{
    private readonly TestStorage _storage;
    private readonly bool _fakes;
    private readonly WebApplication _app;

    private SchedulesHost(TestStorage storage, bool fakes)
    {
        _storage = storage;
        _fakes = fakes;
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(storage.Settings);
        builder.Configuration.AddInMemoryCollection([KeyValuePair.Create("urls", (string?)"http://127.0.0.1:0")]);
        builder.Logging.ClearProviders();
        builder.AddDatabase(GatewayService.Schema, typeof(GatewayService).Assembly);
        if (fakes)
        {
            builder.Services.AddSingleton<TimeProvider>(Time);
            builder.Services.AddSingleton<IJobEngine>(Engine);
        }
        else
        {
            builder.AddJobs();
        }

        builder.Services.AddSingleton<FakeLauncher>();
        builder.Services.AddSingleton<IRunLauncher>(services => services.GetRequiredService<FakeLauncher>());
        builder.AddTasks();
        builder.AddWorkflows();
        builder.AddSchedules();
        builder.AddBackfills();
        builder.Services.AddProblemDetails().AddExceptionHandler<ProblemResponses>();
        _app = builder.Build();
        _app.UseExceptionHandler();
        _app.MapSchedules();
        _app.MapBackfills();
    }

    public TestTime Time { get; } = new();

    public FakeEngine Engine { get; } = new();

    public FakeLauncher Launcher => Get<FakeLauncher>();

    public HttpClient Http { get; private set; } = null!;

    public IEnumerable<string> Started => Launcher.Started.Select(launch => Text(launch.Slot!.Value));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Not started: nothing happens that the test does not do.</summary>
    public static async Task<SchedulesHost> CreateAsync(TestStorage storage)
    {
        var host = new SchedulesHost(storage, fakes: true);
        await host.AddWorkflowsAsync();
        return host;
    }

    /// <summary>Started, with fakes, on SQLite.</summary>
    public static async Task<SchedulesHost> StartAsync()
    {
        var host = await CreateAsync(TestStorage.Sqlite());
        await host.RunAsync();
        return host;
    }

    /// <summary>Started, with the clock and the job engine of production, on storage that others use too.</summary>
    public static async Task<SchedulesHost> StartAsync(TestStorage storage)
    {
        var host = new SchedulesHost(storage, fakes: false);
        await host.AddWorkflowsAsync();
        await host.RunAsync();
        return host;
    }

    public static DateTimeOffset At(string time) => DateTimeOffset.Parse(time, CultureInfo.InvariantCulture);

    public static string Text(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public Task FireAsync(string name) => FireAsync(name, Time.GetUtcNow());

    public Task FireAsync(string name, DateTimeOffset at) => _app.Services.GetRequiredKeyedService<IJobHandler>(Schedule.Handler)
        .HandleAsync(new JobFiring(new JobTicket(Schedule.Handler, name), at), Token);

    public async Task<Answer> SendAsync(HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri($"/api/v1/skipper/{path}", UriKind.Relative));
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        return await Answer.ReadAsync(await Http.SendAsync(request, Token));
    }

    public async ValueTask DisposeAsync()
    {
        Http?.Dispose();
        await _app.DisposeAsync();
        if (_fakes)
        {
            await _storage.DisposeAsync();
        }
    }

    private async Task RunAsync()
    {
        await _app.StartAsync(Token);
        Http = new HttpClient { BaseAddress = new Uri(_app.Urls.Single()) };
    }

    /// <summary>Three versions of <c>weather</c>.</summary>
    private async Task AddWorkflowsAsync()
    {
        foreach (var task in (string[])["training", "split_dataset", "import_dataset"])
        {
            var source = $"name: weather\nsteps: {{a: {{task: {task}}}}}";
            await Get<WorkflowStore>().AddAsync(PlannedRun.Read(source), source, Token);
        }
    }
}
