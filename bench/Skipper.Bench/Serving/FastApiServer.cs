using Skipper.Bench.Running;
using Skipper.Testing;

namespace Skipper.Bench.Serving;

/// <summary>FastAPI on uvicorn with Debian's xgboost, on one of two setups.</summary>
internal sealed class FastApiServer(ChildProcess process, Uri endpoint, string folder) : IAsyncDisposable
{
    /// <summary>
    /// <c>uvicorn plain:app</c>, nothing else: one process with the access log, on asyncio and h11, which are all that Debian's
    /// python3-fastapi brings, and a DMatrix for each request, as the documentations of FastAPI and xgboost write it.
    /// </summary>
    public static readonly IReadOnlyList<string> Plain = ["plain:app", "--loop", "asyncio", "--http", "h11"];

    /// <summary>A process per core on uvloop and httptools, without access log, and prediction in place on one thread.</summary>
    public static readonly IReadOnlyList<string> Tuned =
    [
        "tuned:app", "--workers", "2", "--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning",
    ];

    public Uri Endpoint => endpoint;

    /// <summary>Installs what is missing, where it may, and starts the server.</summary>
    /// <param name="model">What it serves.</param>
    /// <param name="setup">Arguments of uvicorn: <see cref="Plain"/> or <see cref="Tuned"/>.</param>
    /// <exception cref="InvalidOperationException">Packages are missing and this user may not install them.</exception>
    public static async Task<FastApiServer> StartAsync(BenchModel model, IReadOnlyList<string> setup)
    {
        await Packages.InstallAsync(
            "python3-fastapi", "python3-uvicorn", "python3-httptools", "python3-uvloop", "python3-xgboost");
        var folder = Directory.CreateTempSubdirectory("skipper-bench-").FullName;
        var file = Path.Combine(folder, "model.ubj");
        await File.WriteAllBytesAsync(file, model.Booster.ToArray());
        var port = FreePort.Next();
        // Its log goes to a file: reading it would be work of ours in its time.
        var process = ChildProcess.Start(
            "sh",
            [
                "-c", """log=$1; shift; exec /usr/bin/python3 -m uvicorn "$@" > "$log" 2>&1""", "sh", Path.Combine(folder, "log"), .. setup,
                "--app-dir", Path.Combine(AppContext.BaseDirectory, "Serving", "fastapi"), "--host", "127.0.0.1", "--port", $"{port}",
            ],
            new Dictionary<string, string?>
            {
                ["BENCH_FEATURES"] = string.Join(',', BenchModel.Features),
                ["BENCH_MODEL"] = file,
                ["PYTHONDONTWRITEBYTECODE"] = "1",
            });
        var server = new FastApiServer(process, new Uri($"http://127.0.0.1:{port}/predict"), folder);
        using var http = new HttpClient();
        await process.WaitUntilAsync(() => AnswersAsync(http, server.Endpoint), "it listens", CancellationToken.None);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        try
        {
            await process.TerminateAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            // Killed below.
        }

        await process.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<bool> AnswersAsync(HttpClient http, Uri endpoint)
    {
        try
        {
            using var response = await http.GetAsync(endpoint);
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
