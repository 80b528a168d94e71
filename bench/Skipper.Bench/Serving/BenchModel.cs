using System.Globalization;
using System.Text;
using Skipper.Shared.Engines;
using Skipper.Shared.Engines.XGBoost;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Bench.Serving;

/// <summary>A model of 100 trees of depth 6 over 13 features, and rows for it; the same ones every time.</summary>
internal sealed class BenchModel
{
    public const string Name = "bench";
    private const int TrainingRows = 20_000;
    private const int Seed = 1;

    public static readonly string[] Features =
        ["crim", "zn", "indus", "chas", "nox", "rm", "age", "dis", "rad", "tax", "ptratio", "b", "lstat"];

    private readonly Matrix _rows;

    private BenchModel(byte[] file, Matrix rows)
    {
        (File, _rows) = (file, rows);
        XGBoostModelFile.Unpack(file, out var boosters);
        Booster = boosters[0];
    }

    /// <summary>As the registry keeps it.</summary>
    public byte[] File { get; }

    /// <summary>As libxgboost keeps it.</summary>
    public ReadOnlyMemory<byte> Booster { get; }

    public static BenchModel Train()
    {
        var random = new Random(Seed);
        var features = new double[TrainingRows * Features.Length];
        for (var i = 0; i < features.Length; i++)
        {
            features[i] = Math.Round(random.NextDouble() * 100, 2);
        }

        var rows = new Matrix(TrainingRows, Features.Length, features);
        double[] prices = [.. Enumerable.Range(0, TrainingRows)
            .Select(row => (rows[row, 0] * rows[row, 1] / 100) + (20 * Math.Sin(rows[row, 5] / 10)) + rows[row, 12])];
        var engine = new XGBoostEngine();
        var parameters = EngineCatalog.Complete(
            engine, new Dictionary<string, double> { ["rounds"] = 100, ["max_depth"] = 6, ["eta"] = 0.1 });
        var data = new TrainingData(
            rows, new Matrix(TrainingRows, 1, prices), new Matrix(0, Features.Length, []), new Matrix(0, 1, []));
        return new BenchModel(engine.Train(data, parameters, Seed, TrainingWatch.None, CancellationToken.None), rows);
    }

    public static ModelVersion Manifest(string artifact) => new()
    {
        Name = Name,
        Version = 1,
        Engine = "xgboost",
        EngineVersion = new XGBoostEngine().Version,
        Artifact = artifact,
        // As trained: with mean 0 and deviation 1 all peers see the same numbers.
        Features = [.. Features.Select(name => new FeatureColumn
        {
            Name = name, Type = "number", Mean = 0, StandardDeviation = 1, Minimum = 0, Maximum = 100,
        })],
        Targets = ["price"],
        Metrics = new Dictionary<string, IReadOnlyDictionary<string, RegressionMetrics>>(),
        Dataset = "",
        DatasetVersion = 0,
        DatasetDigest = "",
        Parameters = new Dictionary<string, double>(),
        CreatedAt = DateTimeOffset.UnixEpoch,
    };

    /// <summary>A row as an object.</summary>
    public string Object(int row)
    {
        var text = new StringBuilder("{");
        for (var i = 0; i < Features.Length; i++)
        {
            text.Append(i == 0 ? "" : ",").Append(CultureInfo.InvariantCulture, $"\"{Features[i]}\":{_rows.Row(row)[i]:R}");
        }

        return text.Append('}').ToString();
    }

    /// <summary>A row as an array.</summary>
    public string Array(int row) => $"[{string.Join(',', _rows.Row(row).ToArray().Select(value => value.ToString("R", CultureInfo.InvariantCulture)))}]";
}
