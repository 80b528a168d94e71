using Skipper.Shared.Engines;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using static Skipper.Services.Training.Trainings.TrainingRequest;

namespace Skipper.Services.Training.Trainings;

/// <summary>A request with its defaults, checked before any work is done for it.</summary>
internal sealed record TrainingPlan
{
    private const string DefaultDataset = "housing";

    private const string DefaultFraction = "0.2";

    private const string Keep = "keep";

    private static readonly string[] DefaultTargets = ["price", "ptratio"];

    public required string Model { get; init; }

    public required string Experiment { get; init; }

    public required ModelTask Task { get; init; }

    public required IModelEngine Engine { get; init; }

    /// <summary>Why it is this engine.</summary>
    public required string EngineReason { get; init; }

    public required IReadOnlyDictionary<string, double> Parameters { get; init; }

    public required int Seed { get; init; }

    /// <summary>The columns to be predicted.</summary>
    public required IReadOnlyList<string> Targets { get; init; }

    public string? Weight { get; init; }

    public string? Group { get; init; }

    /// <summary>Whether rows stay where a feature is missing, and may be predicted without it.</summary>
    public bool KeepsMissing => Split.Data?.Missing == Keep;

    /// <summary>Number of folds; 0 = no cross-validation.</summary>
    public int Folds { get; init; }

    public TrainingLimits Limits { get; init; } = new();

    /// <summary>The split to ask for; weights and groups come as targets, as they must be neither normalized nor missing.</summary>
    public required SplitDataset Split { get; init; }

    /// <exception cref="MeshException">Names the member that is wrong, what was expected and what was found.</exception>
    public static TrainingPlan Create(TrainModel request, EngineCatalog engines) =>
        Create(request.Payload, request.Data ?? new TrainingOptions(), engines);

    /// <exception cref="MeshException">Names the member that is wrong, what was expected and what was found.</exception>
    public static TrainingPlan Create(string? payload, TrainingOptions options, EngineCatalog engines)
    {
        var dataset = Name("data.dataset", options.Dataset ?? DefaultDataset);
        var model = Name("data.model", options.Model ?? dataset);
        var task = options.Task is { } name ? ModelTasks.Parse(name) : ModelTask.Regression;
        Require(options.Missing is null or "drop" or Keep, $"data.missing must be drop or keep, was '{options.Missing}'");
        var (engine, reason) = engines.Choose(options.Engine, task, hasMissing: options.Missing == Keep);
        RequireNumbers(options);
        var plan = new TrainingPlan
        {
            Model = model,
            Experiment = Name("data.experiment", options.Experiment ?? model),
            Task = task,
            Engine = engine,
            EngineReason = reason,
            Parameters = EngineCatalog.Complete(engine, options.Parameters),
            Seed = options.Seed ?? 1,
            Targets = Columns("targets", options.Targets ?? DefaultTargets),
            Weight = options.Weight is { } weight ? Column(weight) : null,
            Group = options.Group is { } group ? Column(group) : null,
            Folds = options.Folds ?? 0,
            Limits = options.Limits ?? new TrainingLimits(),
            Split = new SplitDataset(),
        };
        plan.RequireColumns(options);
        return plan with
        {
            Split = new SplitDataset
            {
                Payload = Fraction(payload ?? DefaultFraction),
                Reply = "reference",
                Data = plan.Divide(dataset, options),
            },
        };
    }

    private SplitOptions Divide(string dataset, TrainingOptions options) => new()
    {
        Dataset = dataset,
        Version = options.Version,
        Digest = options.Digest,
        Targets = [.. Targets, .. Weight is null ? [] : new[] { Weight }, .. Group is null ? [] : new[] { Group }],
        Features = options.Features is { } features ? Columns("features", features) : null,
        Missing = options.Missing,
        Seed = Seed,
        Method = Group is null ? options.Split?.Method : "group",
        By = Group ?? options.Split?.By,
    };

    private void RequireColumns(TrainingOptions options)
    {
        var task = Task.Name();
        Require(
            Task == ModelTask.Regression || Targets.Count == 1,
            $"data.targets must name one column for the task {task}, named are {string.Join(", ", Targets)}");
        Require(
            Task == ModelTask.Ranking == Group is not null,
            Group is null
                ? "data.group must name the column of queries for a ranking"
                : $"data.group is only for rankings, the task is {task}");
        Require(Group is null || options.Split is null, "data.split must be absent for a ranking: its queries stay together");
        Require(Group is null || Weight is null, "data.weight must be absent for a ranking");
        foreach (var column in new[] { Weight, Group }.OfType<string>())
        {
            Require(
                !Targets.Contains(column) && options.Features?.Select(Column).Contains(column) != true,
                $"Column '{column}' cannot be both a weight or group and a target or feature");
        }
    }
}
