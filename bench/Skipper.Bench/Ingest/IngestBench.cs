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
/// typed table, without a suite ("typed") and with one of ten checks ("typed, checked");
/// <c>psql \copy</c> of the same file into a table with the same columns, whose types it is told.
/// <para>Both read the file from the same disk, and both write to the same server; the time is that of the import and of the copy alone.</para>
/// </summary>
internal static partial class IngestBench
{
    private const int Rounds = 3;
    private const int Rows = 1_000_000;
    private const string Typed = "typed";
    private const string Checked = "typed, checked";
    private const string Copied = "copied";

    private static readonly string[] Kinds = [Typed, Checked];

    public static async Task RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("skipper-bench-").FullName;
        await using var database = await RunsDatabase.CreateAsync("ingest");
        using var host = CreateHost(folder, database);
        await host.StartAsync();
        try
        {
            var rpc = host.Services.GetRequiredService<IRpcClient>();
            var warm = WeatherFile.Create(folder, 20_000);
            var small = WeatherFile.Create(folder, Rows / 10);
            var large = WeatherFile.Create(folder, Rows);
            var seconds = new Dictionary<string, List<double>> { [Typed] = [], [Checked] = [], [Copied] = [] };
            var peaks = new Dictionary<(string, string), double>();
            foreach (var kind in Kinds)
            {
                await ImportAsync(host, warm, await DatasetAsync(rpc, kind, "warm"));
            }

            for (var round = 0; round < Rounds; round++)
            {
                await database.ExecuteAsync($"DROP TABLE IF EXISTS copied; CREATE TABLE copied ({WeatherFile.Columns}); CHECKPOINT");
                seconds[Copied].Add(await CopyAsync(database, large));
                foreach (var kind in Kinds)
                {
                    foreach (var (size, file) in new[] { ("100k", small), ("1m", large) })
                    {
                        var name = await DatasetAsync(rpc, kind, $"{size}{round}");
                        await database.ExecuteAsync("CHECKPOINT");
                        ResetPeak();
                        var took = await ImportAsync(host, file, name);
                        peaks[(kind, size)] = Math.Max(peaks.GetValueOrDefault((kind, size)), PeakMegabytes());
                        if (file == large)
                        {
                            seconds[kind].Add(took);
                        }
                    }
                }
            }

            var psql = Rows / Median(seconds[Copied]);
            foreach (var kind in Kinds)
            {
                Report.Print(
                    "ingest", $"1 M rows, {kind}", "rows/s", Rows / Median(seconds[kind]),
                    new Dictionary<string, double> { ["psql"] = psql }, higherIsBetter: true);
                Report.Print(
                    "ingest", $"peak memory, 1 M rows, {kind}", "MiB", peaks[(kind, "1m")],
                    new Dictionary<string, double> { ["100 k rows"] = peaks[(kind, "100k")] }, higherIsBetter: false);
            }
        }
        finally
        {
            await host.StopAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    /// <summary>A dataset of its own for every import: with a suite of its name, or without any.</summary>
    private static async Task<string> DatasetAsync(IRpcClient rpc, string kind, string name)
    {
        var dataset = $"{kind.Replace(", ", "-", StringComparison.Ordinal)}-{name}";
        if (kind == Checked)
        {
            await WeatherSuite.DeclareAsync(rpc, dataset);
        }

        return dataset;
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

    /// <summary>Linux keeps the peak of the resident memory of a process, and forgets it when asked to.</summary>
    private static void ResetPeak()
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        File.WriteAllText("/proc/self/clear_refs", "5");
    }

    private static double PeakMegabytes() =>
        double.Parse(PeakLine().Match(File.ReadAllText("/proc/self/status")).Groups[1].Value, CultureInfo.InvariantCulture) / 1024;

    [GeneratedRegex(@"Time: ([\d.]+) ms")]
    private static partial Regex TimeLine();

    [GeneratedRegex(@"VmHWM:\s+(\d+) kB")]
    private static partial Regex PeakLine();
}
