using System.Text.Json.Serialization;

namespace Skipper.Shared.Messaging.Contracts;

/// <summary>Draws the trials of a parameter search; the same request has the same trials.</summary>
[TaskType("plan_search", Queues.Models, Idempotent = true)]
public sealed record PlanSearch : IRequest<TrialList>
{
    /// <summary>Where to search.</summary>
    public required SearchOptions Data { get; init; }
}

/// <summary>Where to search, and how often to try.</summary>
public sealed record SearchOptions
{
    /// <summary>Engine; parameters are checked against what it knows. Default: <c>auto</c>.</summary>
    public string? Engine { get; init; }

    /// <summary>What the trials train for, by which <c>auto</c> chooses. Default: <c>regression</c>.</summary>
    public string? Task { get; init; }

    /// <summary>What to draw from, by parameter.</summary>
    public required IReadOnlyDictionary<string, SearchRange> Space { get; init; }

    /// <summary>How many trials, 1 to 1000.</summary>
    public required int Trials { get; init; }

    /// <summary>Seed of the draws. Default: 1.</summary>
    public int? Seed { get; init; }

    /// <summary>
    /// Parameters that are the same in all trials, such as the few <c>rounds</c> of the first rung of a successive halving.
    /// </summary>
    public IReadOnlyDictionary<string, double>? Parameters { get; init; }
}

/// <summary>What a parameter is drawn from: values, or everything between two bounds.</summary>
public sealed record SearchRange
{
    /// <summary>One of these; absent = between the bounds.</summary>
    public IReadOnlyList<double>? Values { get; init; }

    /// <summary>Lower bound.</summary>
    public double? Minimum { get; init; }

    /// <summary>Upper bound; whole numbers are drawn with it, others below it.</summary>
    public double? Maximum { get; init; }

    /// <summary>Whether each power of ten is as likely as the next; the lower bound must then be above 0.</summary>
    public bool Logarithmic { get; init; }
}

/// <summary>Trials to be run.</summary>
public sealed record TrialList
{
    /// <summary>In the order of their numbers.</summary>
    public required IReadOnlyList<Trial> Trials { get; init; }
}

/// <summary>One point of a search.</summary>
public sealed record Trial
{
    /// <summary>Number in its search, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>Parameters; they win over those of the training.</summary>
    public required IReadOnlyDictionary<string, double> Parameters { get; init; }
}

/// <summary>
/// Trains, scores, and throws the model away: nothing is registered; predictions of the test part and the run are kept.
/// </summary>
[TaskType("run_trial", Queues.Training)]
public sealed record RunTrial : IRequest<TrialResult>
{
    /// <summary>The test fraction as text, more than 0 and less than 1. Default: 0.2.</summary>
    [JsonConverter(typeof(TextOrNumberConverter))]
    public string? Payload { get; init; }

    /// <summary>What to train.</summary>
    public required TrialOptions Data { get; init; }
}

/// <summary>What to train and score.</summary>
public sealed record TrialOptions
{
    /// <summary>What is the same in all trials; absent = the default training.</summary>
    public TrainingOptions? Training { get; init; }

    /// <summary>The point of a search; absent = this is no search.</summary>
    public Trial? Trial { get; init; }
}

/// <summary>How good a trial was.</summary>
public sealed record TrialResult
{
    /// <summary>The point of the search; number 0 = there is none.</summary>
    public required Trial Trial { get; init; }

    /// <summary>
    /// Smaller is better, on the validation part: rmse over standard deviation (mean over targets) for regression, log loss for
    /// classes, minus ndcg for rankings; of a cross-validation the mean over folds.
    /// </summary>
    public required double Score { get; init; }

    /// <summary>The run, without series.</summary>
    public required ExperimentRun Run { get; init; }
}

/// <summary>Takes the best trials, to go on with them.</summary>
[TaskType("select_trials", Queues.Models, Idempotent = true)]
public sealed record SelectTrials : IRequest<TrialSelection>
{
    /// <summary>From what, and how many.</summary>
    public required TrialRanking Data { get; init; }
}

/// <summary>Trials to choose from.</summary>
public sealed record TrialRanking
{
    /// <summary>All results; none of them null.</summary>
    public required IReadOnlyList<TrialResult> Results { get; init; }

    /// <summary>How many are kept; absent = the best third, at least one.</summary>
    public int? Keep { get; init; }

    /// <summary>A parameter that grows from rung to rung, such as <c>rounds</c>; absent = none.</summary>
    public string? Grow { get; init; }

    /// <summary>By how much it is multiplied. Default: 3.</summary>
    public double? Factor { get; init; }
}

/// <summary>The best trials.</summary>
public sealed record TrialSelection
{
    /// <summary>Best first, with the parameters of the next rung.</summary>
    public required IReadOnlyList<Trial> Trials { get; init; }

    /// <summary>The best of all, with the parameters it was run with.</summary>
    public required TrialResult Best { get; init; }
}
