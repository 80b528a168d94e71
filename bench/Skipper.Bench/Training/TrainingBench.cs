using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Skipper.Bench.Running;
using Skipper.Bench.Runs;
using Skipper.Services.Data;
using Skipper.Services.Serving;
using Skipper.Services.Training;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Rpc;
using Skipper.Shared.Messaging.Transports;
using Skipper.Shared.Storage.Artifacts;

namespace Skipper.Bench.Training;

/// <summary>
/// 100 rounds of trees, six levels deep, on a training part of 100 k rows of 20 features: a training from its message to the registered
/// version, with metrics, intervals and golden rows, against the same rounds by libxgboost called directly on rows that are in
/// memory already. Both use one thread and evaluate as often. The first training also divides the dataset; the others
/// find the split made, as trials of a search do. Memory is the peak beyond what the process had before, less the rows themselves.
/// </summary>
internal static class TrainingBench
{
    // 64 % of them are the training part, 16 % are for validation.
    private const int Rows = 156_250;
    private const int TrainingRows = 100_000;
    private const int ValidationRows = 25_000;
    private const int Columns = 20;
    private const int Rounds = 100;
    private const int Repeats = 5;
    private const double RowsMegabytes = (double)Rows * (Columns + 1) * sizeof(double) / (1024 * 1024);

    public static async Task RunAsync()
    {
        await Packages.InstallAsync("libxgboost0");
        var folder = Directory.CreateTempSubdirectory("skipper-bench-").FullName;
        await using var database = await RunsDatabase.CreateAsync("train");
        using var host = CreateHost(folder, database, builder =>
        {
            builder.AddDataService();
            builder.AddTrainingService();
        });
        await host.StartAsync();
        try
        {
            await host.Services.GetRequiredService<ITransport>().WaitUntilReadyAsync(CancellationToken.None);
            var rows = MadeUpRows();
            await ImportAsync(host, WriteCsv(folder, rows));

            var (train, validation) = (Take(rows, 0, TrainingRows), Take(rows, TrainingRows, ValidationRows));
            await TrainAsync(host, rounds: 2, seed: 1);
            DirectTraining.Train(train, validation, 2);
            var first = await TrainAsync(host, Rounds, seed: 2);
            List<double> ours = [], direct = [], memory = [], directMemory = [];
            for (var repeat = 0; repeat < Repeats; repeat++)
            {
                using (var peak = new PeakMemory())
                {
                    direct.Add(Time(() => DirectTraining.Train(train, validation, Rounds)));
                    directMemory.Add(peak.AddedMegabytes);
                }

                using (var peak = new PeakMemory())
                {
                    ours.Add(await TrainAsync(host, Rounds, seed: 2));
                    memory.Add(peak.AddedMegabytes - RowsMegabytes);
                }
            }

            var peer = new Dictionary<string, double> { ["direct"] = Median(direct) };
            Report.Print("train", "100 rounds, 100 k x 20", "s", Median(ours), peer, higherIsBetter: false);
            Report.Print("train", "the same, and the split", "s", first, peer, higherIsBetter: false);
            Report.Print(
                "train", "memory beyond the data", "MiB", Median(memory),
                new Dictionary<string, double> { ["direct"] = Median(directMemory) }, higherIsBetter: false);
            await RollBackAsync(folder, database);
        }
        finally
        {
            await host.StopAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    // Serving comes when all is measured that it would take time from.
    private static async Task RollBackAsync(string folder, RunsDatabase database)
    {
        using var host = CreateHost(folder, database, builder => builder.AddServingService());
        await host.StartAsync();
        await host.Services.GetRequiredService<ITransport>().WaitUntilReadyAsync(CancellationToken.None);
        await RollbackBench.RunAsync(
            host, "rows", JsonSerializer.SerializeToElement(Enumerable.Range(0, Columns).ToDictionary(column => $"x{column}", _ => 5.0)));
        await host.StopAsync();
    }

    private static IHost CreateHost(string folder, RunsDatabase database, Action<HostApplicationBuilder> add)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:Skipper"] = database.Settings.ToString(),
            ["Skipper:DataDirectory"] = folder,
            ["Skipper:Artifacts:Store"] = "filesystem",
        });
        builder.Logging.ClearProviders();
        add(builder);
        return builder.Build();
    }

    private static double[] MadeUpRows()
    {
        var random = new Random(1);
        var rows = new double[Rows * (Columns + 1)];
        for (var row = 0; row < Rows; row++)
        {
            var cells = rows.AsSpan(row * (Columns + 1), Columns + 1);
            for (var column = 0; column < Columns; column++)
            {
                cells[column] = Math.Round(random.NextDouble() * 10, 4);
            }

            cells[Columns] = Math.Round(
                (3 * Math.Sin(cells[0])) + (cells[1] * cells[2] / 10) + (cells[3] > 5 ? 4 : 0) - cells[4] + random.NextDouble(), 4);
        }

        return rows;
    }

    private static string WriteCsv(string folder, double[] rows)
    {
        var path = Path.Combine(folder, "rows.csv");
        using var writer = new StreamWriter(path);
        writer.Write($"{string.Join(',', Enumerable.Range(0, Columns).Select(column => $"x{column}"))},y\n");
        foreach (var row in rows.Chunk(Columns + 1))
        {
            writer.Write($"{string.Join(',', row.Select(value => value.ToString(CultureInfo.InvariantCulture)))}\n");
        }

        return path;
    }

    private static Part Take(double[] rows, int first, int count)
    {
        var chosen = rows.Chunk(Columns + 1).Skip(first).Take(count).ToList();
        return new Part(
            [.. chosen.SelectMany(row => row.Take(Columns)).Select(value => (float)value)], [.. chosen.Select(row => (float)row[Columns])]);
    }

    private static async Task ImportAsync(IHost host, string path)
    {
        await using var file = File.OpenRead(path);
        var artifact = await host.Services.GetRequiredService<IArtifactStore>().PutAsync(file, CancellationToken.None);
        await host.Services.GetRequiredService<IRpcClient>().CallAsync(
            new ImportDataset { Data = new ImportDataset.ImportSource { Name = "rows", Artifact = artifact } }, TimeSpan.FromMinutes(10));
    }

    /// <summary>Seconds.</summary>
    private static async Task<double> TrainAsync(IHost host, int rounds, int seed)
    {
        var request = new TrainModel
        {
            Data = new TrainingOptions
            {
                Dataset = "rows",
                Targets = ["y"],
                Engine = "xgboost",
                Parameters = new Dictionary<string, double> { ["rounds"] = rounds, ["max_depth"] = 6, ["early_stopping_rounds"] = 0 },
                Seed = seed,
            },
        };
        var started = Stopwatch.GetTimestamp();
        await host.Services.GetRequiredService<IRpcClient>().CallAsync(request, TimeSpan.FromMinutes(10));
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static double Time(Func<ulong> work)
    {
        var started = Stopwatch.GetTimestamp();
        return work() > 0 ? Stopwatch.GetElapsedTime(started).TotalSeconds : throw new InvalidOperationException("The model is empty.");
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
