using System.Text.Json.Serialization;

namespace Skipper.Shared.Messaging.Contracts;

/// <summary>
/// Trains a model on a dataset and registers it. A request that names nothing but the split trains the default.
/// </summary>
[TaskType("training", Queues.Training)]
public sealed record TrainModel : IRequest<TrainedModel>
{
    /// <summary>The test fraction as text, more than 0 and less than 1. Default: 0.2.</summary>
    [JsonConverter(typeof(TextOrNumberConverter))]
    public string? Payload { get; init; }

    /// <summary>
    /// What to train; absent = engine <c>auto</c>, dataset and model <c>housing</c>, targets <c>price</c> and
    /// <c>ptratio</c>.
    /// </summary>
    public TrainingOptions? Data { get; init; }

    /// <summary>Free text for people.</summary>
    public string? Description { get; init; }
}

/// <summary>What to train, and how.</summary>
public sealed record TrainingOptions
{
    /// <summary>Dataset name. Default: <c>housing</c>.</summary>
    public string? Dataset { get; init; }

    /// <summary>Dataset version; absent = the newest.</summary>
    public int? Version { get; init; }

    /// <summary>The digest that the dataset version must have; with another one nothing is trained. Absent = any.</summary>
    public string? Digest { get; init; }

    /// <summary><c>regression</c>, <c>binary</c>, <c>multiclass</c> or <c>ranking</c>. Default: <c>regression</c>.</summary>
    public string? Task { get; init; }

    /// <summary>
    /// Target columns, one for all tasks but regression. Classes are texts or whole numbers, each of which is a class. Default:
    /// <c>price</c> and <c>ptratio</c>.
    /// </summary>
    public IReadOnlyList<string>? Targets { get; init; }

    /// <summary>Columns to learn from; absent = all numeric ones that are nothing else.</summary>
    public IReadOnlyList<string>? Features { get; init; }

    /// <summary>Column that says how much a row counts, 0 or more; absent = all the same. Not for rankings.</summary>
    public string? Weight { get; init; }

    /// <summary>Of a ranking: the numeric column that says which rows belong to one query. They stay in one part.</summary>
    public string? Group { get; init; }

    /// <summary>How rows are divided into parts; absent = at random.</summary>
    public TrainingSplit? Split { get; init; }

    /// <summary>
    /// What happens to rows where a feature is missing: <c>drop</c>, or <c>keep</c> for engines that can use them. Default: <c>drop</c>.
    /// </summary>
    public string? Missing { get; init; }

    /// <summary>
    /// <c>auto</c>, <c>linear</c> or <c>xgboost</c>. Default: <c>auto</c>: the first that works here and
    /// trains for the task, xgboost where its library is present.
    /// </summary>
    public string? Engine { get; init; }

    /// <summary>
    /// Engine parameters by name, such as <c>rounds</c>, <c>max_depth</c>, <c>eta</c>, <c>early_stopping_rounds</c> (xgboost) or
    /// <c>ridge</c> (linear).
    /// </summary>
    public IReadOnlyDictionary<string, double>? Parameters { get; init; }

    /// <summary>
    /// Cross-validates with so many folds, 2 to 20, before the model is trained: the training part is divided, and each fold is
    /// predicted by a model that has not seen it. Absent = none.
    /// </summary>
    public int? Folds { get; init; }

    /// <summary>What the training may use at most; absent = no limits.</summary>
    public TrainingLimits? Limits { get; init; }

    /// <summary>Model name; absent = the dataset's name.</summary>
    public string? Model { get; init; }

    /// <summary>The experiment that the run is listed in; absent = the model's name.</summary>
    public string? Experiment { get; init; }

    /// <summary>Seed of split and training. Default: 1.</summary>
    public int? Seed { get; init; }
}

/// <summary>How rows are divided into training, test and validation part.</summary>
public sealed record TrainingSplit
{
    /// <summary><c>random</c>, <c>time</c> (the newest rows are the test part) or <c>group</c> (groups stay together).</summary>
    public required string Method { get; init; }

    /// <summary>The column with the time or the group, which is then no feature.</summary>
    public string? By { get; init; }
}

/// <summary>What a training may use; checked in each round.</summary>
public sealed record TrainingLimits
{
    /// <summary>Seconds from the beginning of an attempt; then it fails with <c>deadline_exceeded</c>.</summary>
    public double? Seconds { get; init; }

    /// <summary>MiB by which the process may grow; then the training fails with <c>resource_exhausted</c>.</summary>
    public double? Megabytes { get; init; }
}

/// <summary>The outcome of a training.</summary>
public sealed record TrainedModel
{
    /// <summary>Always <c>TASK_COMPLETED</c>, as the original engine answers.</summary>
    public string Result { get; init; } = "TASK_COMPLETED";

    /// <summary>The version that was registered.</summary>
    public required ModelVersion Model { get; init; }

    /// <summary>Id of the run in its experiment: metrics of all kinds, and what they were in each round.</summary>
    public Guid? ExperimentRun { get; init; }

    /// <summary>Why it was this engine: asked for, or the first that could, and what was against those before it.</summary>
    public string? EngineReason { get; init; }
}
