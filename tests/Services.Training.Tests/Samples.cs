using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Storage.Arrays;
using Skipper.Shared.Storage.Artifacts;

namespace Skipper.Services.Training.Tests;

/// <summary>Small made-up splits and versions.</summary>
internal static class Samples
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static MessageContext Context(Guid? runId = null, string correlationId = "test") => new()
    {
        Queue = Queues.Training,
        TaskType = "training",
        CorrelationId = correlationId,
        RunId = runId,
    };

    public static ModelVersion Version(string name) => new()
    {
        Name = name,
        Version = 0,
        Engine = "linear",
        EngineVersion = "5.0.0",
        Artifact = new string('a', 64),
        Features = [Feature("rm")],
        Targets = ["price"],
        Metrics = new Dictionary<string, IReadOnlyDictionary<string, RegressionMetrics>>
        {
            ["test"] = new Dictionary<string, RegressionMetrics> { ["price"] = new(1.5, 1.25, null) },
        },
        Dataset = "housing",
        DatasetVersion = 1,
        DatasetDigest = new string('b', 64),
        Parameters = new Dictionary<string, double> { ["ridge"] = 0.001 },
        CreatedAt = Noon,
    };

    public static ExperimentRun Run(string experiment, DateTimeOffset startedAt) => new()
    {
        Id = Guid.CreateVersion7(),
        Experiment = experiment,
        State = "running",
        Task = "regression",
        Engine = "linear",
        EngineVersion = "5.0.0",
        Parameters = new Dictionary<string, double> { ["ridge"] = 0.001 },
        Seed = 1,
        Dataset = "housing",
        CodeVersion = "1.0.0",
        Environment = new Dictionary<string, string> { ["os"] = "any" },
        StartedAt = startedAt,
    };

    /// <summary>
    /// A split of rows (x, price = 3 x + 1, ptratio = 20 - x), normalized with mean 0 and deviation 1.
    /// </summary>
    public static Task<DatasetSplit> SplitAsync(
        IArtifactStore artifacts, SplitOptions options, CancellationToken cancellationToken) =>
        SplitAsync(artifacts, options, 20, x => (3 * x) + 1, cancellationToken);

    public static Task<DatasetSplit> SplitAsync(
        IArtifactStore artifacts,
        SplitOptions options,
        int trainingRows,
        Func<double, double> price,
        CancellationToken cancellationToken) =>
        SplitAsync(artifacts, options, trainingRows, 3, x => [x, price(x), 20 - x], cancellationToken);

    /// <summary>A split of rows that a function makes of x = 0, 0.25, 0.5, ...: a feature, and targets.</summary>
    public static async Task<DatasetSplit> SplitAsync(
        IArtifactStore artifacts,
        SplitOptions options,
        int trainingRows,
        int heldOutRows,
        Func<double, double[]> row,
        CancellationToken cancellationToken) => new()
        {
            Dataset = new DatasetVersion
            {
                Name = options.Dataset!,
                Version = 4,
                Digest = new string('b', 64),
                RowCount = trainingRows + (2 * heldOutRows),
                Columns = [],
                CreatedAt = Noon,
            },
            Features = [Feature("x")],
            Targets = options.Targets!,
            Train = await PartAsync(artifacts, trainingRows, row, cancellationToken),
            Test = await PartAsync(artifacts, heldOutRows, row, cancellationToken),
            Validation = await PartAsync(artifacts, heldOutRows, row, cancellationToken),
            Seed = options.Seed!.Value,
        };

    /// <summary>A split whose arrays a test has at hand.</summary>
    public static DatasetSplit Split(IReadOnlyList<string> targets, int trainingRows)
    {
        var part = new SplitPart { RowCount = trainingRows, Features = new string('e', 64), Targets = new string('f', 64) };
        return new DatasetSplit
        {
            Dataset = new DatasetVersion
            {
                Name = "made-up",
                Version = 1,
                Digest = new string('b', 64),
                RowCount = trainingRows,
                Columns = [],
                CreatedAt = Noon,
            },
            Features = [Feature("x")],
            Targets = targets,
            Train = part,
            Test = part,
            Validation = part,
            Seed = 1,
        };
    }

    private static async Task<SplitPart> PartAsync(
        IArtifactStore artifacts, int rows, Func<double, double[]> row, CancellationToken cancellationToken)
    {
        var values = Enumerable.Range(0, rows).Select(number => row(number / 4.0)).ToArray();
        var x = values.Select(cells => cells[0]).ToArray();
        var targets = values.SelectMany(cells => cells[1..]).ToArray();
        return new SplitPart
        {
            RowCount = rows,
            Features = await PutAsync(artifacts, new Matrix(rows, 1, x), cancellationToken),
            Targets = await PutAsync(artifacts, new Matrix(rows, rows == 0 ? 2 : targets.Length / rows, targets), cancellationToken),
        };
    }

    private static async Task<string> PutAsync(
        IArtifactStore artifacts, Matrix matrix, CancellationToken cancellationToken)
    {
        using var file = new MemoryStream();
        NpyFile.Write(file, matrix);
        file.Position = 0;
        return await artifacts.PutAsync(file, cancellationToken);
    }

    private static FeatureColumn Feature(string name) => new()
    {
        Name = name,
        Type = "number",
        Mean = 0,
        StandardDeviation = 1,
        Minimum = 0,
        Maximum = 10,
    };
}
