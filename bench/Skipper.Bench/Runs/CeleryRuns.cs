using System.Globalization;
using System.Text;
using System.Text.Json;
using Skipper.Bench.Rpc;
using Skipper.Bench.Running;
using Skipper.Testing;

namespace Skipper.Bench.Runs;

/// <summary>Celery of Debian: tasks sent to RabbitMQ, executed by its worker, results kept in PostgreSQL.</summary>
internal sealed class CeleryRuns : IRunSystem
{
    // One process per core, which is also Celery's own default: echoing needs nothing but the processor.
    private const int Concurrency = 2;
    private const string Python = "/usr/bin/python3";
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Runs", "celery");

    private readonly RunsDatabase _database;
    private readonly Dictionary<string, string?> _environment;
    private readonly ChildProcess _worker;

    private CeleryRuns(RunsDatabase database, Dictionary<string, string?> environment)
    {
        (_database, _environment) = (database, environment);
        _worker = ChildProcess.Start(
            Python,
            [
                "-m", "celery", "--app", "echo", "worker", "--pool", "prefork", "--concurrency", $"{Concurrency}",
                "--loglevel", "WARNING", "--without-gossip", "--without-mingle", "--without-heartbeat",
            ],
            environment);
    }

    /// <summary>Installs what is missing, where it may, and starts a worker.</summary>
    /// <exception cref="InvalidOperationException">Packages are missing and this user may not install them.</exception>
    public static async Task<CeleryRuns> StartAsync()
    {
        await Packages.InstallAsync("python3-celery", "python3-sqlalchemy", "python3-psycopg2");
        var database = await RunsDatabase.CreateAsync("celery");
        var postgres = database.Settings;
        var uri = $"postgresql://{postgres.Username}:{postgres.Password}@{postgres.Host}:{postgres.Port}/{postgres.Database}";
        return new CeleryRuns(database, new Dictionary<string, string?>
        {
            ["PYTHONPATH"] = Folder,
            ["PYTHONDONTWRITEBYTECODE"] = "1",
            ["BENCH_QUEUE"] = $"bench_celery_{Guid.NewGuid():N}",
            ["BENCH_BROKER"] = Environment.GetEnvironmentVariable("SKIPPER_TEST_RABBITMQ"),
            ["BENCH_RESULTS"] = $"db+{uri}",
            ["BENCH_POSTGRES"] = uri,
        });
    }

    public async Task<RunsResult> RunAsync(int runs, double? perSecond = null)
    {
        await _database.ExecuteAsync(
            "DO $$ BEGIN TRUNCATE celery_taskmeta, bench_sent; EXCEPTION WHEN undefined_table THEN NULL; END $$");
        var (started, seconds) = await SubmitAsync(runs, perSecond);
        await _worker.WaitUntilAsync(
            async () => (await _database.RowAsync<long>("SELECT count(*) FROM celery_taskmeta"))[0] >= runs,
            $"{runs} results",
            CancellationToken.None);

        var row = await _database.RowAsync<double>(
            """
            SELECT count(*) FILTER (WHERE status = 'SUCCESS')::double precision,
                   EXTRACT(epoch FROM max(date_done))::double precision - $1,
                   percentile_cont(0.5) WITHIN GROUP (ORDER BY EXTRACT(epoch FROM date_done - at)::double precision),
                   percentile_cont(0.99) WITHIN GROUP (ORDER BY EXTRACT(epoch FROM date_done - at)::double precision)
            FROM celery_taskmeta JOIN bench_sent USING (task_id)
            """,
            started);
        return row[0] == runs
            ? new RunsResult(runs / seconds, runs / row[1], row[2] * 1000, row[3] * 1000)
            : throw new InvalidOperationException($"Of {runs} tasks {row[0]} succeeded.");
    }

    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        try
        {
            await _worker.TerminateAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            // Killed below.
        }

        await _worker.DisposeAsync();
        await _database.DisposeAsync();
    }

    private async Task<(double Started, double Seconds)> SubmitAsync(int runs, double? perSecond)
    {
        List<string> arguments =
        [
            Path.Combine(Folder, "producer.py"), "--tasks", $"{runs}", "--threads", $"{IRunSystem.Clients}",
            "--request", Encoding.UTF8.GetString(RpcBench.Body),
        ];
        if (perSecond is { } rate)
        {
            arguments.AddRange("--rate", rate.ToString(CultureInfo.InvariantCulture));
        }

        await using var producer = ChildProcess.Start(Python, arguments, _environment);
        var code = await producer.WaitForExitAsync(CancellationToken.None);
        if (code != 0)
        {
            throw new InvalidOperationException($"producer.py ended with exit code {code}:\n{producer.Output}");
        }

        using var said = JsonDocument.Parse(producer.Lines[^1]);
        return (said.RootElement.GetProperty("started").GetDouble(), said.RootElement.GetProperty("seconds").GetDouble());
    }
}
