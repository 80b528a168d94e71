namespace Skipper.Shared.Messaging.Contracts;

/// <summary>Describes the columns of a dataset version and says which have drifted from another version.</summary>
[TaskType("profile_dataset", Queues.Data, Idempotent = true)]
public sealed record ProfileDataset : IRequest<DatasetProfile>
{
    /// <summary>What to describe.</summary>
    public required ProfileOptions Data { get; init; }
}

/// <summary>Which version to describe, and which to compare it with.</summary>
public sealed record ProfileOptions
{
    /// <summary>Dataset name.</summary>
    public required string Dataset { get; init; }

    /// <summary>Version number; absent = the newest.</summary>
    public int? Version { get; init; }

    /// <summary>The version to compare with; absent = the one before, where there is one.</summary>
    public int? Reference { get; init; }
}

/// <summary>What the columns of a version look like.</summary>
public sealed record DatasetProfile
{
    /// <summary>The version that is described.</summary>
    public required DatasetVersion Dataset { get; init; }

    /// <summary>The version it was compared with; absent = none.</summary>
    public int? Reference { get; init; }

    /// <summary>Digest of the profile as JSON: statistics, quantiles, histograms and distributions.</summary>
    public required string Profile { get; init; }

    /// <summary>Digest of the page: UTF-8 HTML that needs nothing else.</summary>
    public required string Page { get; init; }

    /// <summary>One comparison for each column that both versions have.</summary>
    public IReadOnlyList<ColumnDrift> Drift { get; init; } = [];
}

/// <summary>How a column differs from that of the reference.</summary>
public sealed record ColumnDrift
{
    /// <summary>Column name.</summary>
    public required string Column { get; init; }

    /// <summary><c>none</c>, <c>warn</c>, <c>drift</c> or <c>too_few_rows</c>.</summary>
    public required string Verdict { get; init; }

    /// <summary><c>psi</c>, <c>ks</c>, <c>wasserstein</c> (in standard deviations of the reference), <c>chi_square</c> (Cramer's V) or <c>js</c>.</summary>
    public required string Method { get; init; }

    /// <summary>The distance.</summary>
    public required double Value { get; init; }

    /// <summary>From which distance on it is drift.</summary>
    public required double Threshold { get; init; }

    /// <summary>How likely samples of one distribution are so far apart, corrected for the number of columns; absent = not asked.</summary>
    public double? Probability { get; init; }

    /// <summary>The verdict in words.</summary>
    public required string Reason { get; init; }
}

/// <summary>Columns compared with those of a dataset version.</summary>
public sealed record DriftComparison
{
    /// <summary>The dataset that is compared with.</summary>
    public required string Dataset { get; init; }

    /// <summary>The version that is compared with.</summary>
    public required int Version { get; init; }

    /// <summary>One comparison for each column.</summary>
    public required IReadOnlyList<ColumnDrift> Columns { get; init; }
}

/// <summary>
/// A version was published whose columns have drifted, by a check of its suite that warns; or, where a model is named, what is asked
/// of it has drifted from the dataset version that it was trained on.
/// </summary>
public sealed record DriftDetected
{
    /// <summary>The dataset; that of the model where one is named.</summary>
    public required string Dataset { get; init; }

    /// <summary>The version that was published; that of the model where one is named.</summary>
    public required int Version { get; init; }

    /// <summary>The import; its report has this id. Of a model an id of the alarm.</summary>
    public required Guid RunId { get; init; }

    /// <summary>Name of the model whose requests have drifted; absent = the dataset has.</summary>
    public string? Model { get; init; }

    /// <summary>Version of the model.</summary>
    public int? ModelVersion { get; init; }

    /// <summary>The columns that have drifted, by what they were compared with.</summary>
    public required IReadOnlyList<DriftComparison> Drift { get; init; }
}
