namespace Skipper.Shared.Messaging.Contracts;

/// <summary>Cuts a dataset version into parts that are scored side by side; the same version has the same parts.</summary>
[TaskType("plan_scoring", Queues.Data, Idempotent = true)]
public sealed record PlanScoring : IRequest<ScoringPlan>
{
    /// <summary>What to cut, and how small.</summary>
    public required ScoringOrder Data { get; init; }
}

/// <summary>A dataset version and the size of its parts.</summary>
public sealed record ScoringOrder
{
    /// <summary>Dataset name.</summary>
    public required string Dataset { get; init; }

    /// <summary>Version number; absent = the newest.</summary>
    public int? Version { get; init; }

    /// <summary>Rows of a part, 1 to 1,000,000, so that there are at most 1000 parts. Default: 10,000.</summary>
    public int? RowsPerPart { get; init; }
}

/// <summary>The parts of a dataset version.</summary>
public sealed record ScoringPlan
{
    /// <summary>What was cut.</summary>
    public required DatasetReference Dataset { get; init; }

    /// <summary>Rows of all parts.</summary>
    public required int RowCount { get; init; }

    /// <summary>In the order of the rows.</summary>
    public required IReadOnlyList<ScoringPart> Parts { get; init; }
}

/// <summary>Rows that follow each other in a dataset version.</summary>
/// <param name="Number">Number of the part, from 1.</param>
/// <param name="RowCount">How many rows it has.</param>
/// <param name="Artifact">Digest of a JSON Lines file: an object a row, null where a value is missing.</param>
public sealed record ScoringPart(int Number, int RowCount, string Artifact);

/// <summary>
/// Scores a part. Columns that the model does not take are carried along; a row that it refuses is kept with the reason.
/// </summary>
[TaskType("score_part", Queues.Scoring, Idempotent = true)]
public sealed record ScorePart : IRequest<ScoredPart>
{
    /// <summary>Which part, by which model.</summary>
    public required PartOrder Data { get; init; }

    /// <summary>A part and a model.</summary>
    public sealed record PartOrder
    {
        /// <summary>Model name with version, such as <c>housing@3</c>, so that all parts are scored by the same.</summary>
        public required string Model { get; init; }

        /// <summary>The part.</summary>
        public required ScoringPart Part { get; init; }
    }
}

/// <summary>A part with its predictions.</summary>
public sealed record ScoredPart
{
    /// <summary>Number of the part.</summary>
    public required int Number { get; init; }

    /// <summary>Its rows.</summary>
    public required int RowCount { get; init; }

    /// <summary>Rows that the model refused.</summary>
    public required int RefusedCount { get; init; }

    /// <summary>Why the first of them was refused; absent = none was.</summary>
    public string? FirstRefusal { get; init; }

    /// <summary>Model name.</summary>
    public required string Model { get; init; }

    /// <summary>The version that scored all rows.</summary>
    public required int Version { get; init; }

    /// <summary>
    /// Digest of a JSON Lines file: the columns of the row, <c>predicted_</c> and the output's name for each output, or <c>refused</c>
    /// with the reason.
    /// </summary>
    public required string Artifact { get; init; }
}

/// <summary>Makes one dataset version of scored parts; the same parts under the same name are the version made before.</summary>
[TaskType("publish_scores", Queues.Data, Idempotent = true)]
public sealed record PublishScores : IRequest<PublishedScores>
{
    /// <summary>What to publish, and under which name.</summary>
    public required ScoreOrder Data { get; init; }

    /// <summary>Scored parts and a name.</summary>
    public sealed record ScoreOrder
    {
        /// <summary>Name of the dataset with the predictions.</summary>
        public required string Name { get; init; }

        /// <summary>The plan whose parts were scored.</summary>
        public required ScoringPlan Plan { get; init; }

        /// <summary>Its parts, all of them, in any order.</summary>
        public required IReadOnlyList<ScoredPart> Parts { get; init; }
    }
}

/// <summary>Predictions that are a dataset version.</summary>
public sealed record PublishedScores
{
    /// <summary>The version with rows and predictions.</summary>
    public required DatasetVersion Dataset { get; init; }

    /// <summary>Model name.</summary>
    public required string Model { get; init; }

    /// <summary>The version that scored all rows.</summary>
    public required int Version { get; init; }

    /// <summary>Rows with predictions.</summary>
    public required int ScoredCount { get; init; }

    /// <summary>Rows that the model refused; the version has the reasons in <c>refused</c>.</summary>
    public required int RefusedCount { get; init; }
}
