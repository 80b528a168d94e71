namespace Skipper.Shared.Messaging.Contracts;

/// <summary>An immutable model version: the artifact and all that is needed to use it.</summary>
public sealed record ModelVersion
{
    /// <summary>Model name.</summary>
    public required string Name { get; init; }

    /// <summary>Version number, from 1, without gaps.</summary>
    public required int Version { get; init; }

    /// <summary>Engine that made it: <c>linear</c> or <c>xgboost</c>.</summary>
    public required string Engine { get; init; }

    /// <summary>Version of the engine's library.</summary>
    public required string EngineVersion { get; init; }

    /// <summary>Digest (sha256) of the model file in the artifact store.</summary>
    public required string Artifact { get; init; }

    /// <summary>The features, in the order the engine expects, with their normalization.</summary>
    public required IReadOnlyList<FeatureColumn> Features { get; init; }

    /// <summary>Names of the predicted columns, in the order the engine answers.</summary>
    public required IReadOnlyList<string> Targets { get; init; }

    /// <summary>Metrics by part (<c>test</c>, <c>validation</c>) and target.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyDictionary<string, RegressionMetrics>> Metrics { get; init; }

    /// <summary>Dataset name; empty where the model was imported.</summary>
    public required string Dataset { get; init; }

    /// <summary>Dataset version; 0 where the model was imported.</summary>
    public required int DatasetVersion { get; init; }

    /// <summary>Dataset digest; empty where the model was imported.</summary>
    public required string DatasetDigest { get; init; }

    /// <summary>All engine parameters, defaults included.</summary>
    public required IReadOnlyDictionary<string, double> Parameters { get; init; }

    /// <summary>When it was registered, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary><c>regression</c>, <c>binary</c>, <c>multiclass</c> or <c>ranking</c>; absent = regression.</summary>
    public string? Task { get; init; }

    /// <summary>Names of the classes, in the order of their numbers; absent = not a classification.</summary>
    public IReadOnlyList<string>? Classes { get; init; }

    /// <summary>All metrics by part, target and name, such as <c>test</c>, <c>churned</c>, <c>auc</c>.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, IReadOnlyDictionary<string, MetricScore>>>? Scores { get; init; }

    /// <summary>
    /// Digest of the fitted transform that turns a row into <see cref="Features"/>; absent = z-scores, as the features say.
    /// </summary>
    public string? Preprocessing { get; init; }

    /// <summary>What it takes and answers; absent in versions of older services.</summary>
    public ModelSignature? Signature { get; init; }

    /// <summary>Rows to try it with; absent in versions of older services.</summary>
    public GoldenRows? Golden { get; init; }

    /// <summary>Where it comes from; absent in versions of older services.</summary>
    public ModelLineage? Lineage { get; init; }

    /// <summary>What it was like when it was made; only on its card.</summary>
    public ModelEvidence? Evidence { get; init; }
}

/// <summary>The value of a metric.</summary>
/// <param name="Value">The value.</param>
/// <param name="Low">Lower end of its 95 % interval; absent = not computed.</param>
/// <param name="High">Upper end.</param>
public sealed record MetricScore(double Value, double? Low, double? High);

/// <summary>How far predictions are from the truth.</summary>
/// <param name="Rmse">Root mean squared error, in the target's unit.</param>
/// <param name="Mae">Mean absolute error, in the target's unit.</param>
/// <param name="R2">Coefficient of determination: 1 is perfect, 0 is no better than the mean; absent where the target
/// is constant.</param>
public sealed record RegressionMetrics(double Rmse, double Mae, double? R2);

/// <summary>Asks for one model version, the newest unless a version is named.</summary>
[TaskType("find_model", Queues.Models, Idempotent = true)]
public sealed record FindModel : IRequest<ModelVersion>
{
    /// <summary>Which model.</summary>
    public required ModelName Data { get; init; }
}

/// <summary>A model and, optionally, which version of it.</summary>
public sealed record ModelName
{
    /// <summary>Model name.</summary>
    public required string Name { get; init; }

    /// <summary>Version number, from 1; absent = the newest, or that of <see cref="Alias"/>.</summary>
    public int? Version { get; init; }

    /// <summary>An alias such as <c>champion</c>, instead of a version.</summary>
    public string? Alias { get; init; }

    /// <summary>With <see cref="Alias"/>: the version that the alias pointed at then; absent = now.</summary>
    public DateTimeOffset? AsOf { get; init; }
}

/// <summary>Asks for the newest version of every model.</summary>
[TaskType("list_models", Queues.Models, Idempotent = true)]
public sealed record ListModels : IRequest<ModelList>;

/// <summary>The newest version of every model.</summary>
public sealed record ModelList
{
    /// <summary>Ordered by name.</summary>
    public required IReadOnlyList<ModelVersion> Models { get; init; }

    /// <summary>Training engines that work on this worker.</summary>
    public IReadOnlyList<string> Engines { get; init; } = [];

    /// <summary>Where all aliases of all models point.</summary>
    public IReadOnlyList<ModelAlias> Aliases { get; init; } = [];
}

/// <summary>A new model version can be served.</summary>
public sealed record ModelPublished
{
    /// <summary>The version, complete.</summary>
    public required ModelVersion Model { get; init; }
}
