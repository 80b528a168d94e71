using System.Diagnostics;
using Skipper.Bench.Running;
using Skipper.Shared.Engines;
using Skipper.Shared.Engines.Trees;
using Skipper.Shared.Engines.XGBoost;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Bench.Trees;

/// <summary>
/// Margins of 100 trees of depth 6 over 20 features, by the trees of our own and by libxgboost (<c>direct</c>, in place,
/// one thread); and what it costs to train them with reports and checkpoints against the bare loop of the library.
/// </summary>
internal static class TreesBench
{
    private const int Columns = 20;
    private const int TrainingRows = 100_000;
    private const int Turns = 9;
    private const int Seed = 1;

    public static Task RunAsync()
    {
        var engine = new XGBoostEngine();
        var data = MakeUp();
        var parameters = EngineCatalog.Complete(
            engine, new Dictionary<string, double> { ["rounds"] = 100, ["max_depth"] = 6, ["eta"] = 0.1 });
        var watch = new TrainingWatch { SaveCheckpoint = _ => { } };
        byte[] file = [];
        Compare(
            "train 100 rounds on 100k x 20", "s", 1e-6, 1,
            _ => file = engine.Train(data, parameters, Seed, watch, CancellationToken.None),
            _ => TrainDirectly(data, parameters));

        XGBoostModelFile.Unpack(file, out var boosters);
        var trees = TreeEnsembleReader.Read(boosters[0]);
        using var booster = Booster.Load(boosters[0].Span);
        booster.Set("nthread", "1");
        var features = SinglePrecision.All(data.Features);
        foreach (var rows in (int[])[1, 8, 64, 1024])
        {
            var margins = new float[rows];
            Compare(
                rows == 1 ? "1 row" : $"{rows} rows", "us", 1, 20_000 / rows,
                turn => trees.Margins(Batch(turn, rows), rows, margins),
                turn => booster.Margins(Batch(turn, rows), rows, margins));
        }

        return Task.CompletedTask;

        // Other rows each time: the same ones would teach the processor the way through the trees.
        ReadOnlySpan<float> Batch(int turn, int rows) =>
            features.AsSpan(turn % (TrainingRows / rows) * rows * Columns, rows * Columns);
    }

    private static void TrainDirectly(TrainingData data, IReadOnlyDictionary<string, double> parameters)
    {
        using var matrix = new DMatrix(data.Features, weights: null, groups: null);
        var labels = SinglePrecision.Column(data.Targets, 0);
        matrix.SetLabels(labels);
        using var booster = Booster.Create(matrix);
        BoostingParameters.Apply(booster, data, parameters, Seed, BaseScore.Of(data, labels));
        for (var round = 0; round < 100; round++)
        {
            booster.Update(round, matrix);
        }

        booster.Save();
    }

    /// <summary>Prints the medians of several turns, in which both do the same work one after the other.</summary>
    private static void Compare(string @case, string unit, double scale, int repeats, Action<int> ours, Action<int> direct)
    {
        var durations = (Ours: new List<double>(), Direct: new List<double>());
        Measure(ours);
        Measure(direct);
        for (var turn = 0; turn < Turns; turn++)
        {
            durations.Ours.Add(Measure(ours));
            durations.Direct.Add(Measure(direct));
        }

        var peers = new Dictionary<string, double> { ["direct"] = Median(durations.Direct) };
        Report.Print("trees", @case, unit, Median(durations.Ours), peers, higherIsBetter: false);

        double Measure(Action<int> work)
        {
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < repeats; i++)
            {
                work(i);
            }

            return scale * Stopwatch.GetElapsedTime(start).TotalMicroseconds / repeats;
        }

        static double Median(List<double> values) => values.Order().ElementAt(Turns / 2);
    }

    private static TrainingData MakeUp()
    {
        var random = new Random(Seed);
        var features = new double[TrainingRows * Columns];
        var targets = new double[TrainingRows];
        for (var i = 0; i < features.Length; i++)
        {
            features[i] = (random.NextDouble() * 2) - 1;
        }

        for (var row = 0; row < TrainingRows; row++)
        {
            var x = features.AsSpan(row * Columns, Columns);
            targets[row] = (x[0] * x[1]) + Math.Sin(3 * x[2]) + x[3];
        }

        return new TrainingData(
            new Matrix(TrainingRows, Columns, features), new Matrix(TrainingRows, 1, targets),
            new Matrix(0, Columns, []), new Matrix(0, 1, []));
    }
}
