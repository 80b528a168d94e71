using Skipper.Services.Serving.Models;
using Skipper.Shared.Engines;
using Skipper.Shared.Engines.Linear;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Storage.Arrays;
using Skipper.Shared.Storage.Artifacts;

namespace Skipper.Services.Serving.Tests;

/// <summary>Real linear models whose answers are known.</summary>
internal static class Samples
{
    private static readonly LinearEngine Engine = new();

    public static MessageContext Context { get; } = new()
    {
        Queue = Queues.Serving,
        TaskType = "serving",
        CorrelationId = "test",
    };

    /// <summary>
    /// Features rm (number, mean 6, deviation 2) and rad (integer, mean 10, deviation 5); with r and d their normalized
    /// values: price = 100 * version + 3 r + 2 d, ptratio = 20 - r.
    /// </summary>
    public static async Task<ModelVersion> StoreAsync(
        IArtifactStore artifacts, string name, int version, CancellationToken cancellationToken) =>
        Manifest(name, version, await PutAsync(artifacts, Train(100 * version), cancellationToken));

    public static async Task<string> PutAsync(
        IArtifactStore artifacts, byte[] bytes, CancellationToken cancellationToken)
    {
        using var file = new MemoryStream(bytes);
        return await artifacts.PutAsync(file, cancellationToken);
    }

    /// <summary>The same model, loaded, without any store.</summary>
    public static ServedModel Load(string name = "housing", int version = 1, params string[] targets)
    {
        var manifest = Manifest(name, version, new string('a', 64));
        return new ServedModel(
            targets.Length == 0 ? manifest : manifest with { Targets = targets }, Engine.Load(Train(100 * version)));
    }

    /// <summary>A model of any two features, loaded, whose rows are prepared.</summary>
    public static ServedModel Load(ModelVersion manifest, Preparation preparation) =>
        new(manifest, Engine.Load(Train(100))) { Preparation = preparation };

    public static ModelVersion Manifest(string name, int version, string artifact) => new()
    {
        Name = name,
        Version = version,
        Engine = "linear",
        EngineVersion = "5.0.0",
        Artifact = artifact,
        Features = [Feature("rm", "number", 6, 2), Feature("rad", "integer", 10, 5)],
        Targets = ["price", "ptratio"],
        Metrics = new Dictionary<string, IReadOnlyDictionary<string, RegressionMetrics>>(),
        Dataset = "housing",
        DatasetVersion = 1,
        DatasetDigest = new string('b', 64),
        Parameters = new Dictionary<string, double>(),
        CreatedAt = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero),
    };

    private static byte[] Train(double level)
    {
        var features = new Matrix(4, 2, [0, 0, 1, 0, 0, 1, 1, 1]);
        var targets = new Matrix(4, 2, [level, 20, level + 3, 19, level + 2, 20, level + 5, 19]);
        return Engine.Train(
            new TrainingData(features, targets, new Matrix(0, 2, []), new Matrix(0, 2, [])),
            EngineCatalog.Complete(Engine, new Dictionary<string, double> { ["ridge"] = 0 }),
            seed: 1,
            TrainingWatch.None,
            CancellationToken.None);
    }

    private static FeatureColumn Feature(string name, string type, double mean, double deviation) => new()
    {
        Name = name,
        Type = type,
        Mean = mean,
        StandardDeviation = deviation,
        Minimum = 0,
        Maximum = 20,
    };
}
