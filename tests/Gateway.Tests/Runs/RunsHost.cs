using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Skipper.Gateway.Idempotency;
using Skipper.Gateway.Notifications;
using Skipper.Gateway.Runs;
using Skipper.Gateway.RunsApi;
using Skipper.Gateway.Tasks;
using Skipper.Gateway.Tests.Fakes;
using Skipper.Gateway.Workflows;
using Skipper.Shared.Messaging.Hosting;
using Skipper.Shared.Messaging.Payloads;
using Skipper.Shared.Messaging.Transports;
using Skipper.Shared.Storage;
using Skipper.Shared.Storage.Databases;
using Skipper.Testing;

namespace Skipper.Gateway.Tests.Runs;

/// <summary>
/// The parts of the durable runs on the storage of a test, with a clock and a broker of its own; nothing is started.
/// </summary>
internal sealed class RunsHost : IAsyncDisposable
{
    private readonly TestStorage _storage;
    private readonly IHost _host;

    public RunsHost(TestStorage storage, TestTime? time = null, params (string Key, string Value)[] settings)
    {
        Time = time ?? new TestTime();
        _storage = storage;
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddInMemoryCollection(storage.Settings);
        builder.Configuration.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value)));
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TimeProvider>(Time);
        builder.Services.AddSingleton<ITransport>(Transport);
        builder.Services.AddSingleton<IClaimCheck>(Claims);
        builder.AddDatabase(GatewayService.Schema, typeof(GatewayService).Assembly);
        builder.Services.AddOptions<MessagingOptions>().BindConfiguration(MessagingOptions.Section);
        builder.AddTasks();
        builder.AddIdempotency();
        builder.AddRunsApi();
        builder.AddNotifications();
        builder.AddWorkflows();
        builder.AddRuns();
        _host = builder.Build();
    }

    public TestTime Time { get; }

    public FakeTransport Transport { get; } = new();

    public FakeClaimCheck Claims { get; } = new();

    public RunStore Runs => Get<RunStore>();

    public StepStore Steps => Get<StepStore>();

    public ReaperStore Reaping => Get<ReaperStore>();

    public DispatchStore Dispatch => Get<DispatchStore>();

    public Database Database => _host.Services.GetRequiredKeyedService<Database>(GatewayService.Schema);

    public T Get<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    public T GetHosted<T>()
        where T : IHostedService => _host.Services.GetServices<IHostedService>().OfType<T>().Single();

    public async Task<AttemptId> AcceptAsync(string queue = "skipper_training", string request = "{\"task_type\":\"training\"}")
    {
        var id = await Runs.AcceptAsync(
            new NewRun { TaskType = "training", Queue = queue, Request = request, Timeout = TimeSpan.FromSeconds(100) },
            TestContext.Current.CancellationToken);
        return new AttemptId(id, AttemptId.SingleStep, 1);
    }

    /// <summary>Takes what is due for the queue that the tasks of these tests go to.</summary>
    public Task<List<DueStep>> TakeAsync(int limit = 100) =>
        Dispatch.TakeAsync("skipper_training", limit, TestContext.Current.CancellationToken);

    /// <summary>Accepts and marks as sent.</summary>
    public async Task<AttemptId> DispatchAsync()
    {
        var attempt = await AcceptAsync();
        var steps = await TakeAsync();
        await Dispatch.ConfirmAsync(steps.Select(step => step.AttemptId), TestContext.Current.CancellationToken);
        return attempt;
    }

    public async Task<RunStatus> StatusAsync(AttemptId attempt) =>
        await Runs.FindAsync(attempt.RunId, TestContext.Current.CancellationToken)
        ?? throw new InvalidOperationException($"Run {attempt.RunId} is gone.");

    public Task ExecuteAsync(string sql, object arguments) => Database.WriteAsync(
        transaction => transaction.ExecuteAsync(Database.Sql(sql), arguments, TestContext.Current.CancellationToken),
        TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        _host.Dispose();
        await _storage.DisposeAsync();
    }
}
