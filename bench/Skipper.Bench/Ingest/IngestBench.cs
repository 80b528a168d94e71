using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Skipper.Bench.Running;
using Skipper.Bench.Runs;
using Skipper.Services.Data;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Rpc;
using Skipper.Shared.Storage.Artifacts;
using Skipper.Testing;

namespace Skipper.Bench.Ingest;

/// <summary>
/// A CSV into PostgreSQL: ours as a dataset version, types found out, every cell checked, written canonically with its digest and into a
/// typed table; <c>psql \copy</c> of the same file into a table with the same columns, whose types it is told.
/// <para>Both read the file from the same disk, and both write to the same server; the time is that of the import and of the copy alone.</para>
/// </summary>
internal static partial class IngestBench
{
    private const int Rounds = 3;
    private const int Rows = 1_000_000;

    public static async Task RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("skipper-bench-").FullName;
        await using var database = await RunsDatabase.CreateAsync("ingest");
        using var host = CreateHost(folder, database);
        await host.StartAsync();
        try
        {
            await ImportAsync(host, WeatherFile.Create(folder, 20_000), "warm");
            var small = WeatherFile.Create(folder, Rows / 10);
            var large = WeatherFile.Create(folder, Rows);
            List<double> ours = [];
            List<double> copies = [];
            var peaks = new Dictionary<string, double>();
            for (var round = 0; round < Rounds; round++)
            {
                await database.ExecuteAsync($"DROP TABLE IF EXISTS copied; CREATE TABLE copied ({WeatherFile.Columns}); CHECKPOINT");
                copies.Add(await CopyAsync(database, large));
                ProcessMemory.Reset();
                await ImportAsync(host, small, $"small{round}");
                peaks["100k"] = Math.Max(peaks.GetValueOrDefault("100k"), ProcessMemory.PeakMegabytes());
                await database.ExecuteAsync("CHECKPOINT");
                ProcessMemory.Reset();
                ours.Add(await ImportAsync(host, large, $"large{round}"));
                peaks["1M"] = Math.Max(peaks.GetValueOrDefault("1M"), ProcessMemory.PeakMegabytes());
            }

            ours.Sort();
            copies.Sort();
            Report.Print(
                "ingest", "1 M rows", "rows/s", Rows / ours[Rounds / 2],
                new Dictionary<string, double> { ["psql"] = Rows / copies[Rounds / 2] }, higherIsBetter: true);
            Report.Print(
                "ingest", "peak memory, 1 M rows", "MiB", peaks["1M"],
                new Dictionary<string, double> { ["100 k rows"] = peaks["100k"] }, higherIsBetter: false);
        }
        finally
        {
            await host.StopAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IHost CreateHost(string folder, RunsDatabase database)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:Skipper"] = database.Settings.ToString(),
            ["Skipper:DataDirectory"] = folder,
            ["Skipper:Artifacts:Store"] = "filesystem",
            ["Skipper:Messaging:Transport"] = "inprocess",
        });
        builder.Logging.ClearProviders();
        builder.AddDataService();
        return builder.Build();
    }

    /// <summary>Seconds.</summary>
    private static async Task<double> ImportAsync(IHost host, string path, string name)
    {
        await using var file = File.OpenRead(path);
        var artifact = await host.Services.GetRequiredService<IArtifactStore>().PutAsync(file, CancellationToken.None);
        var started = Stopwatch.GetTimestamp();
        var version = await host.Services.GetRequiredService<IRpcClient>().CallAsync(
            new ImportDataset { Data = new ImportDataset.ImportSource { Name = name, Artifact = artifact } }, TimeSpan.FromMinutes(10));
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return version.RejectedCount == 0 && version.Columns.Count == 8
            ? seconds
            : throw new InvalidOperationException($"{version.RejectedCount} rows were rejected.");
    }

    /// <summary>Seconds, as psql itself measured them.</summary>
    private static async Task<double> CopyAsync(RunsDatabase database, string path)
    {
        var postgres = database.Settings;
        await using var psql = ChildProcess.Start(
            "psql",
            [
                "--no-psqlrc", "--set", "ON_ERROR_STOP=1", "--command", "\\timing on",
                "--command", $"\\copy copied FROM '{path}' WITH (FORMAT csv, HEADER)",
            ],
            new Dictionary<string, string?>
            {
                ["PGHOST"] = postgres.Host,
                ["PGPORT"] = postgres.Port.ToString(CultureInfo.InvariantCulture),
                ["PGUSER"] = postgres.Username,
                ["PGPASSWORD"] = postgres.Password,
                ["PGDATABASE"] = postgres.Database,
                ["LC_ALL"] = "C",
            });
        var code = await psql.WaitForExitAsync(CancellationToken.None);
        var time = TimeLine().Match(psql.Output);
        return code == 0 && time.Success && psql.Output.Contains($"COPY {Rows}", StringComparison.Ordinal)
            ? double.Parse(time.Groups[1].Value, CultureInfo.InvariantCulture) / 1000
            : throw new InvalidOperationException($"psql ended with exit code {code}:\n{psql.Output}");
    }

    [GeneratedRegex(@"Time: ([\d.]+) ms")]
    private static partial Regex TimeLine();
}
