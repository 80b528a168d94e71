namespace Skipper.Shared.Messaging.Contracts;

/// <summary>A number that says how good predictions are.</summary>
public sealed record MetricValue
{
    /// <summary><c>test</c> or <c>validation</c>; of a cross-validation <c>held_out</c>.</summary>
    public required string Part { get; init; }

    /// <summary>Target column.</summary>
    public required string Target { get; init; }

    /// <summary>Name, such as <c>rmse</c> or <c>log_loss</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Its value.</summary>
    public required double Value { get; init; }

    /// <summary>Lower end of the 95 % confidence interval; absent = not known.</summary>
    public double? Low { get; init; }

    /// <summary>Upper end.</summary>
    public double? High { get; init; }
}

/// <summary>A metric in the rounds of a training.</summary>
public sealed record MetricSeries
{
    /// <summary><c>train</c> or <c>validation</c>.</summary>
    public required string Part { get; init; }

    /// <summary>Target column.</summary>
    public required string Target { get; init; }

    /// <summary>Name of the metric.</summary>
    public required string Name { get; init; }

    /// <summary>One value for each round; null where it was not measured, or the part does not define it.</summary>
    public required IReadOnlyList<double?> Values { get; init; }
}

/// <summary>One training: what went in, what came out.</summary>
public sealed record ExperimentRun
{
    /// <summary>Its id: that of the step of a durable run, so that all attempts are one run.</summary>
    public required Guid Id { get; init; }

    /// <summary>Experiment name.</summary>
    public required string Experiment { get; init; }

    /// <summary>
    /// <c>running</c>, <c>succeeded</c>, <c>failed</c>, <c>cancelled</c>, or <c>lost</c>: it was running, and has given no sign of life
    /// for a minute. Another attempt may still go on with it.
    /// </summary>
    public required string State { get; init; }

    /// <summary>The durable run; absent = it was a synchronous call.</summary>
    public Guid? RunId { get; init; }

    /// <summary>Number of the trial of a search, from 1; absent = no search.</summary>
    public int? Trial { get; init; }

    /// <summary>How often it was begun: once, and once more after each crash.</summary>
    public int Attempts { get; init; } = 1;

    /// <summary>The round from which the last attempt went on; absent = it began anew.</summary>
    public int? ResumedAt { get; init; }

    /// <summary>Task.</summary>
    public required string Task { get; init; }

    /// <summary>Engine.</summary>
    public required string Engine { get; init; }

    /// <summary>Version of the engine's library.</summary>
    public required string EngineVersion { get; init; }

    /// <summary>Why it was this engine; absent in runs of older services.</summary>
    public string? EngineReason { get; init; }

    /// <summary>All engine parameters, defaults included.</summary>
    public required IReadOnlyDictionary<string, double> Parameters { get; init; }

    /// <summary>Seed of split and training.</summary>
    public required int Seed { get; init; }

    /// <summary>Dataset name.</summary>
    public required string Dataset { get; init; }

    /// <summary>Dataset version; absent = it failed before that was known.</summary>
    public int? DatasetVersion { get; init; }

    /// <summary>Dataset digest.</summary>
    public string? DatasetDigest { get; init; }

    /// <summary>Features.</summary>
    public IReadOnlyList<string> Features { get; init; } = [];

    /// <summary>Targets.</summary>
    public IReadOnlyList<string> Targets { get; init; } = [];

    /// <summary>Version of the code, with its commit where the build knew it.</summary>
    public required string CodeVersion { get; init; }

    /// <summary>Where it ran: <c>machine</c>, <c>process</c>, <c>processors</c>, <c>os</c>, <c>runtime</c>.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>When its first attempt began, UTC.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended, UTC; absent = it has not.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Metrics of the model on test and validation part.</summary>
    public IReadOnlyList<MetricValue> Metrics { get; init; } = [];

    /// <summary>Metrics of each fold of a cross-validation.</summary>
    public IReadOnlyList<IReadOnlyList<MetricValue>> Folds { get; init; } = [];

    /// <summary>Their means, with intervals by Student's t (folds share rows, so they are rather too narrow).</summary>
    public IReadOnlyList<MetricValue> CrossValidation { get; init; } = [];

    /// <summary>Metrics in the rounds; only in the answer to <see cref="FindExperimentRun"/>.</summary>
    public IReadOnlyList<MetricSeries> Series { get; init; } = [];

    /// <summary>Digest of the model file; absent = there is none.</summary>
    public string? Artifact { get; init; }

    /// <summary>Digest of the .npy of predictions of the test part, shape (rows, outputs); only where no model was registered.</summary>
    public string? Predictions { get; init; }

    /// <summary>The model that was registered.</summary>
    public string? Model { get; init; }

    /// <summary>Its version.</summary>
    public int? ModelVersion { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Error { get; init; }
}
