using Skipper.Bench.Running;
using Skipper.Testing;

namespace Skipper.Bench.Serving;

/// <summary>FastAPI on uvicorn, with uvloop and httptools, one process per core, and Debian's xgboost.</summary>
internal sealed class FastApiServer(ChildProcess process, Uri endpoint, string folder) : IAsyncDisposable
{
    private const int Workers = 2;

    public Uri Endpoint => endpoint;

    /// <summary>Installs what is missing, where it may, and starts the server.</summary>
    /// <exception cref="InvalidOperationException">Packages are missing and this user may not install them.</exception>
    public static async Task<FastApiServer> StartAsync(BenchModel model)
    {
        await Packages.InstallAsync(
            "python3-fastapi", "python3-uvicorn", "python3-httptools", "python3-uvloop", "python3-xgboost");
        var folder = Directory.CreateTempSubdirectory("skipper-bench-").FullName;
        var file = Path.Combine(folder, "model.ubj");
        await File.WriteAllBytesAsync(file, model.Booster.ToArray());
        var port = FreePort.Next();
        var process = ChildProcess.Start(
            "/usr/bin/python3",
            [
                "-m", "uvicorn", "app:app", "--app-dir", Path.Combine(AppContext.BaseDirectory, "Serving", "fastapi"),
                "--host", "127.0.0.1", "--port", $"{port}", "--workers", $"{Workers}", "--no-access-log", "--log-level", "warning",
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
