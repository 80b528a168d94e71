namespace Skipper.Shared.Messaging.Contracts;

/// <summary>Asks for all experiments.</summary>
[TaskType("list_experiments", Queues.Models, Idempotent = true)]
public sealed record ListExperiments : IRequest<ExperimentList>;

/// <summary>All experiments.</summary>
public sealed record ExperimentList
{
    /// <summary>The one with the newest run first.</summary>
    public required IReadOnlyList<ExperimentSummary> Experiments { get; init; }
}

/// <summary>An experiment at a glance.</summary>
public sealed record ExperimentSummary
{
    /// <summary>Name.</summary>
    public required string Name { get; init; }

    /// <summary>Number of runs.</summary>
    public required int RunCount { get; init; }

    /// <summary>When its newest run began, UTC.</summary>
    public required DateTimeOffset NewestAt { get; init; }
}

/// <summary>Asks for the runs of an experiment.</summary>
[TaskType("list_experiment_runs", Queues.Models, Idempotent = true)]
public sealed record ListExperimentRuns : IRequest<ExperimentRunList>
{
    /// <summary>Which, and how many.</summary>
    public required Filter Data { get; init; }

    /// <summary>Which runs to list.</summary>
    public sealed record Filter
    {
        /// <summary>Experiment name.</summary>
        public required string Experiment { get; init; }

        /// <summary>Only runs in this state; absent = in any.</summary>
        public string? State { get; init; }

        /// <summary>At most so many, 1 to 1000. Default: 100.</summary>
        public int? Limit { get; init; }
    }
}

/// <summary>Runs of an experiment.</summary>
public sealed record ExperimentRunList
{
    /// <summary>Newest first, without series.</summary>
    public required IReadOnlyList<ExperimentRun> Runs { get; init; }
}

/// <summary>Asks for one run, with its series.</summary>
[TaskType("find_experiment_run", Queues.Models, Idempotent = true)]
public sealed record FindExperimentRun : IRequest<ExperimentRun>
{
    /// <summary>Which.</summary>
    public required Key Data { get; init; }

    /// <summary>A run.</summary>
    public sealed record Key
    {
        /// <summary>Its id.</summary>
        public required Guid Id { get; init; }
    }
}

/// <summary>Puts runs side by side.</summary>
[TaskType("compare_experiment_runs", Queues.Models, Idempotent = true)]
public sealed record CompareExperimentRuns : IRequest<ExperimentComparison>
{
    /// <summary>Which.</summary>
    public required Selection Data { get; init; }

    /// <summary>Runs.</summary>
    public sealed record Selection
    {
        /// <summary>2 to 50 ids.</summary>
        public required IReadOnlyList<Guid> Ids { get; init; }
    }
}

/// <summary>Runs side by side.</summary>
public sealed record ExperimentComparison
{
    /// <summary>The runs, in the order asked for.</summary>
    public required IReadOnlyList<ExperimentRun> Runs { get; init; }

    /// <summary>
    /// What is not the same in all runs: by name (<c>engine</c>, <c>dataset_digest</c>, <c>parameters.eta</c>, ...) the value of each
    /// run as text, null where it has none.
    /// </summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<string?>> Differences { get; init; }

    /// <summary>By name (<c>test.price.rmse</c>) the value of each run, null where it has none.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<double?>> Metrics { get; init; }
}
