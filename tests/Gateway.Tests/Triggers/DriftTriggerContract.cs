using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Skipper.Gateway.Runs;
using Skipper.Gateway.Tests.RunsApi;
using Skipper.Gateway.Triggers;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Testing;

namespace Skipper.Gateway.Tests.Triggers;

/// <summary>What drift starts, on every database.</summary>
public abstract class DriftTriggerContract : IAsyncLifetime
{
    private readonly Launcher _launcher = new();
    private RunsApiHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    protected abstract Task<TestStorage> CreateStorageAsync();

    public async ValueTask InitializeAsync() => _host = new RunsApiHost(await CreateStorageAsync());

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Drift_starts_the_workflow_of_its_dataset_with_dataset_and_version()
    {
        await DriftAsync("housing", 3);
        await DriftAsync("weather", 1);

        var launch = Assert.Single(_launcher.Started);
        Assert.Equal(("retrain", "drift/housing"), (launch.Workflow, launch.DedupKey));
        Assert.Equal("""{"dataset":"housing","version":3,"model":"prices"}""", launch.Input);
        Assert.Equal("housing version 3 has drifted: rm", launch.Description);
    }

    [Fact]
    public async Task Drift_of_what_is_asked_of_a_model_starts_the_workflow_of_its_dataset()
    {
        await DriftAsync("housing", 3, model: "prices");

        var launch = Assert.Single(_launcher.Started);
        Assert.Equal("""{"dataset":"housing","version":3,"model":"prices"}""", launch.Input);
        Assert.Equal("What is asked of model prices version 7 has drifted from housing version 3: rm", launch.Description);
    }

    [Fact]
    public async Task However_many_gateways_hear_of_it_one_run_is_started_and_none_during_the_cooldown()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => DriftAsync("housing", 3))));
        Assert.Single(_launcher.Started);

        _host.Time.Advance((2 * 3600) - 1);
        await DriftAsync("housing", 4);
        Assert.Single(_launcher.Started);

        _host.Time.Advance(1);
        await DriftAsync("housing", 5);
        Assert.Equal(2, _launcher.Started.Count);
    }

    [Fact]
    public async Task A_workflow_that_cannot_be_started_does_no_harm()
    {
        _launcher.Refusal = MeshException.NotFound("There is no workflow 'retrain'.");

        await DriftAsync("housing", 3);

        Assert.Empty(_launcher.Started);
    }

    [Fact]
    public void A_trigger_without_workflow_is_refused_at_start()
    {
        var options = new DriftTriggerOptions { Drift = { ["housing"] = new DriftTrigger { CooldownHours = -1 } } };

        var result = new DriftTriggerOptionsValidator().Validate(null, options);

        Assert.Equal(
            [
                "Skipper:Triggers:Drift:housing:Workflow must name a workflow, was empty",
                "Skipper:Triggers:Drift:housing:CooldownHours must be between 0 and 8760, was -1",
            ],
            result.Failures);
    }

    private Task DriftAsync(string dataset, int version, string? model = null)
    {
        var options = new DriftTriggerOptions
        {
            Drift =
            {
                ["housing"] = new DriftTrigger { Workflow = "retrain", CooldownHours = 2, Inputs = { ["model"] = "prices" } },
            },
        };
        var column = new ColumnDrift
        {
            Column = "rm",
            Verdict = "drift",
            Method = "psi",
            Value = 0.5,
            Threshold = 0.2,
            Reason = "psi 0.5 (threshold 0.2)",
        };
        var compared = new DriftComparison { Dataset = dataset, Version = version - 1, Columns = [column] };
        return new DriftDetectedHandler(
                Options.Create(options), new TriggerStore(_host.Database, _host.Time), _launcher, NullLogger<DriftDetectedHandler>.Instance)
            .HandleAsync(
                new DriftDetected
                {
                    Dataset = dataset,
                    Version = version,
                    RunId = Guid.CreateVersion7(),
                    Model = model,
                    ModelVersion = model is null ? null : 7,
                    Drift = [compared],
                },
                Token);
    }

    private sealed class Launcher : IRunLauncher
    {
        public ConcurrentQueue<RunLaunch> Started { get; } = new();

        public MeshException? Refusal { get; set; }

        public Task<LaunchedRun> StartAsync(RunLaunch launch, CancellationToken cancellationToken)
        {
            if (Refusal is { } refusal)
            {
                throw refusal;
            }

            Started.Enqueue(launch);
            return Task.FromResult(new LaunchedRun(Guid.CreateVersion7(), Existed: false));
        }
    }
}

public sealed class SqliteDriftTriggerTests : DriftTriggerContract
{
    protected override Task<TestStorage> CreateStorageAsync() => Task.FromResult(TestStorage.Sqlite());
}

public sealed class PostgreSqlDriftTriggerTests : DriftTriggerContract
{
    protected override Task<TestStorage> CreateStorageAsync() => TestStorage.PostgreSqlAsync();
}
