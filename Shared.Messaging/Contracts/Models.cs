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

    /// <summary>Dataset name.</summary>
    public required string Dataset { get; init; }

    /// <summary>Dataset version.</summary>
    public required int DatasetVersion { get; init; }

    /// <summary>Dataset digest.</summary>
    public required string DatasetDigest { get; init; }

    /// <summary>All engine parameters, defaults included.</summary>
    public required IReadOnlyDictionary<string, double> Parameters { get; init; }

    /// <summary>When it was registered, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}

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
}

/// <summary>Points an alias of a model at one of its versions.</summary>
[TaskType("promote_model", Queues.Models)]
public sealed record PromoteModel : IRequest<ModelAlias>
{
    /// <summary>Which version gets which alias.</summary>
    public required Promotion Data { get; init; }

    /// <summary>A version and its new alias.</summary>
    public sealed record Promotion
    {
        /// <summary>Model name.</summary>
        public required string Name { get; init; }

        /// <summary>Version number.</summary>
        public required int Version { get; init; }

        /// <summary>Alias: a lower case letter, then lower case letters, digits, <c>-</c> and <c>_</c>, at most 63 characters.</summary>
        public required string Alias { get; init; }
    }
}

/// <summary>An alias and where it points.</summary>
public sealed record ModelAlias
{
    /// <summary>Model name.</summary>
    public required string Name { get; init; }

    /// <summary>Alias.</summary>
    public required string Alias { get; init; }

    /// <summary>The version it points at.</summary>
    public required int Version { get; init; }

    /// <summary>The version it pointed at before; absent = it is new.</summary>
    public int? PreviousVersion { get; init; }

    /// <summary>When it was pointed there, UTC.</summary>
    public required DateTimeOffset MovedAt { get; init; }
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
}

/// <summary>A new model version can be served.</summary>
public sealed record ModelPublished
{
    /// <summary>The version, complete.</summary>
    public required ModelVersion Model { get; init; }
}
