namespace Skipper.Shared.Messaging.Contracts;

/// <summary>Asks for versions of a model, the newest first, at most 100; those before the version that is named.</summary>
[TaskType("list_model_versions", Queues.Models, Idempotent = true)]
public sealed record ListModelVersions : IRequest<ModelVersionList>
{
    /// <summary>Which model.</summary>
    public required ModelName Data { get; init; }
}

/// <summary>Versions of a model.</summary>
public sealed record ModelVersionList
{
    /// <summary>The newest first, without evidence.</summary>
    public required IReadOnlyList<ModelVersion> Versions { get; init; }

    /// <summary>Where the aliases of the model point.</summary>
    public IReadOnlyList<ModelAlias> Aliases { get; init; } = [];
}

/// <summary>
/// Takes a version out of the registry, for good. Refused for the newest one and while an alias points at it; its number is not used
/// again, and the history of aliases keeps naming it.
/// </summary>
[TaskType("delete_model_version", Queues.Models, Idempotent = true)]
public sealed record DeleteModelVersion : IRequest<DeletedModelVersion>
{
    /// <summary>Which version.</summary>
    public required Deletion Data { get; init; }

    /// <summary>A version to delete.</summary>
    public sealed record Deletion
    {
        /// <summary>Model name.</summary>
        public required string Name { get; init; }

        /// <summary>Version number.</summary>
        public required int Version { get; init; }

        /// <summary>Who asks for it; absent = not said.</summary>
        public string? Actor { get; init; }

        /// <summary>Why; absent = not said.</summary>
        public string? Reason { get; init; }
    }
}

/// <summary>A version that is not in the registry any more.</summary>
public sealed record DeletedModelVersion
{
    /// <summary>Model name.</summary>
    public required string Name { get; init; }

    /// <summary>Version number.</summary>
    public required int Version { get; init; }

    /// <summary>When it was deleted, UTC.</summary>
    public required DateTimeOffset DeletedAt { get; init; }
}

/// <summary>Registers a model that was made elsewhere: an XGBoost model as JSON or UBJ, or one that another server scores.</summary>
[TaskType("import_model", Queues.Models)]
public sealed record ImportModel : IRequest<ModelVersion>
{
    /// <summary>What to register.</summary>
    public required ModelFile Data { get; init; }

    /// <summary>A model file and what is to be known of it.</summary>
    public sealed record ModelFile
    {
        /// <summary>Model name: lower case letters, digits, <c>-</c> and <c>_</c>, at most 64 characters.</summary>
        public required string Name { get; init; }

        /// <summary>Digest (lower case hex sha256) of the file in the artifact store.</summary>
        public required string Artifact { get; init; }

        /// <summary><c>xgboost</c>, or <c>oip</c> where the file says which server scores it. Default: xgboost.</summary>
        public string? Engine { get; init; }

        /// <summary>
        /// Digest of a fitted transform (see <see cref="FitTransform"/>) whose outputs are the inputs of the model; rows then have its
        /// columns. Absent = none.
        /// </summary>
        public string? Preprocessing { get; init; }

        /// <summary>
        /// The inputs, in the order of the model or the transform; absent = as the file or the transform names them, any numbers.
        /// </summary>
        public IReadOnlyList<ModelInput>? Inputs { get; init; }

        /// <summary>Name of what is predicted. Default: <c>prediction</c>.</summary>
        public string? Target { get; init; }

        /// <summary>Names of the classes, in the order of their numbers; absent = the numbers.</summary>
        public IReadOnlyList<string>? Classes { get; init; }

        /// <summary>Who imports it; absent = not said.</summary>
        public string? Actor { get; init; }
    }
}

/// <summary>Asks for the card of a version: what it is, how good it is, and what it is not for.</summary>
[TaskType("describe_model", Queues.Models, Idempotent = true)]
public sealed record DescribeModel : IRequest<ModelCard>
{
    /// <summary>Which version; the newest unless a version or an alias is named.</summary>
    public required ModelName Data { get; init; }
}

/// <summary>All that is known of a version.</summary>
public sealed record ModelCard
{
    /// <summary>The version, with its evidence.</summary>
    public required ModelVersion Model { get; init; }

    /// <summary>The aliases that point at it.</summary>
    public required IReadOnlyList<ModelAlias> Aliases { get; init; }

    /// <summary>What to mind before it is used, one sentence each.</summary>
    public required IReadOnlyList<string> Limits { get; init; }

    /// <summary>Digest of the card as a page: UTF-8 HTML that needs nothing else.</summary>
    public required string Page { get; init; }
}

/// <summary>Measures a version and the one that an alias points at on the same rows: the test part of a dataset version.</summary>
[TaskType("compare_models", Queues.Training, Idempotent = true)]
public sealed record CompareModels : IRequest<ModelComparison>
{
    /// <summary>What to compare on which rows.</summary>
    public required Comparison Data { get; init; }

    /// <summary>A challenger, a champion and the rows.</summary>
    public sealed record Comparison
    {
        /// <summary>Model name.</summary>
        public required string Name { get; init; }

        /// <summary>The version that wants the alias.</summary>
        public required int Version { get; init; }

        /// <summary>The alias; where it points nowhere yet, only the version is measured.</summary>
        public required string Alias { get; init; }

        /// <summary>Dataset name; absent = that of the version.</summary>
        public string? Dataset { get; init; }

        /// <summary>Dataset version; absent = that of the version.</summary>
        public int? DatasetVersion { get; init; }

        /// <summary>Of rankings: the column that says which rows belong to one query.</summary>
        public string? Group { get; init; }

        /// <summary>The test fraction, more than 0 and less than 1. Default: 0.2.</summary>
        public double? Fraction { get; init; }

        /// <summary>Seed of the split. Default: that of the version.</summary>
        public int? Seed { get; init; }
    }
}

/// <summary>Two versions, measured on the same rows.</summary>
public sealed record ModelComparison
{
    /// <summary>Model name.</summary>
    public required string Name { get; init; }

    /// <summary>The version that wants the alias.</summary>
    public required int Version { get; init; }

    /// <summary>The version that the alias points at; absent = none.</summary>
    public int? ChampionVersion { get; init; }

    /// <summary>Metrics of the version by target and name.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> Challenger { get; init; }

    /// <summary>Metrics of the version that the alias points at; absent = none.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>>? Champion { get; init; }

    /// <summary>Digest of the rows.</summary>
    public required string TestDigest { get; init; }

    /// <summary>Number of the rows.</summary>
    public required int RowCount { get; init; }
}
