using System.Diagnostics;
using System.Net;
using Skipper.Bench.Gateways;
using Skipper.Bench.Rpc;
using Skipper.Testing;

namespace Skipper.Bench.Runs;

/// <summary>Ours: tasks accepted by the gateway over HTTP, executed by a worker over RabbitMQ, kept in PostgreSQL.</summary>
internal sealed class SkipperRuns(RunsDatabase database, SkipperEcho worker, GatewayServer gateway) : IRunSystem
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = IRunSystem.Clients });
    private readonly Uri _endpoint = new(gateway.Endpoint, "execute_async");

    public RunsDatabase Database => database;

    /// <summary>The page of the gateway for people.</summary>
    public Uri Console { get; } = new(gateway.Endpoint, "/");

    public static async Task<SkipperRuns> StartAsync()
    {
        var database = await RunsDatabase.CreateAsync("runs");
        var worker = await SkipperEcho.StartAsync();
        var gateway = await GatewayServer.StartAsync(worker.Queue, new Dictionary<string, string?>
        {
            ["ConnectionStrings:Skipper"] = database.Settings.ToString(),
        });
        return new SkipperRuns(database, worker, gateway);
    }

    public async Task<RunsResult> RunAsync(int runs, double? perSecond = null)
    {
        var started = TimeProvider.System.GetUtcNow();
        var accepted = await SubmitAsync(runs, perSecond);
        await Eventually.TrueAsync(
            async () => (await database.RowAsync<bool>("SELECT NOT EXISTS (SELECT 1 FROM gateway.runs WHERE finished_at IS NULL)"))[0],
            $"{runs} runs end",
            CancellationToken.None);

        var row = await database.RowAsync<double>(
            """
            SELECT count(*) FILTER (WHERE state = 'succeeded')::double precision,
                   EXTRACT(epoch FROM max(finished_at) - $1)::double precision,
                   percentile_cont(0.5) WITHIN GROUP (ORDER BY EXTRACT(epoch FROM finished_at - created_at)::double precision),
                   percentile_cont(0.99) WITHIN GROUP (ORDER BY EXTRACT(epoch FROM finished_at - created_at)::double precision)
            FROM gateway.runs WHERE created_at >= $1
            """,
            started);
        return row[0] == runs
            ? new RunsResult(runs / accepted.TotalSeconds, runs / row[1], row[2] * 1000, row[3] * 1000)
            : throw new InvalidOperationException($"Of {runs} runs {row[0]} succeeded.");
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await gateway.DisposeAsync();
        await worker.DisposeAsync();
        await database.DisposeAsync();
    }

    private async Task<TimeSpan> SubmitAsync(int runs, double? perSecond)
    {
        var next = -1;
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, IRunSystem.Clients).Select(_ => Task.Run(async () =>
        {
            for (var i = Interlocked.Increment(ref next); i < runs; i = Interlocked.Increment(ref next))
            {
                if (perSecond is { } rate
                    && TimeSpan.FromSeconds(i / rate) - Stopwatch.GetElapsedTime(started) is var early
                    && early > TimeSpan.Zero)
                {
                    await Task.Delay(early, TimeProvider.System);
                }

                await SubmitAsync();
            }
        })));
        return Stopwatch.GetElapsedTime(started);
    }

    private async Task SubmitAsync()
    {
        using var content = new ByteArrayContent(RpcBench.Body);
        content.Headers.ContentType = new("application/json");
        using var response = await _http.PostAsync(_endpoint, content);
        if (response.StatusCode != HttpStatusCode.Accepted)
        {
            throw new InvalidOperationException(
                $"{_endpoint} answered {response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
        }
    }
}
