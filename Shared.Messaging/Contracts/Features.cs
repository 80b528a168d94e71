namespace Skipper.Shared.Messaging.Contracts;

/// <summary>
/// Makes a dataset version of others: rows are put together by time windows, joined with what was known at their time, and encoded.
/// Asking again gives the same version.
/// </summary>
[TaskType("build_features", Queues.Data, Idempotent = true)]
public sealed record BuildFeatures : IRequest<DatasetVersion>
{
    /// <summary>What to build.</summary>
    public required FeatureBuild Data { get; init; }
}

/// <summary>What a table of features is made of.</summary>
public sealed record FeatureBuild
{
    /// <summary>Name of the dataset that is made.</summary>
    public required string Name { get; init; }

    /// <summary>The rows to begin with.</summary>
    public required FeatureSource From { get; init; }

    /// <summary>What is added to each row, one after the other.</summary>
    public IReadOnlyList<FeatureJoin> Joins { get; init; } = [];

    /// <summary>Columns that are written as sine and cosine too.</summary>
    public IReadOnlyList<FeatureEncoding> Encode { get; init; } = [];
}

/// <summary>Rows of a dataset version, as they are or put together by time windows.</summary>
public sealed record FeatureSource
{
    /// <summary>Dataset name.</summary>
    public required string Dataset { get; init; }

    /// <summary>Version number; absent = the newest.</summary>
    public int? Version { get; init; }

    /// <summary>Columns that say what a row is about, such as a station.</summary>
    public IReadOnlyList<string> Key { get; init; } = [];

    /// <summary>Column that says when; windows and joins need it. A timestamp, or text in ISO 8601 (UTC unless it has an offset).</summary>
    public string? Time { get; init; }

    /// <summary>Puts rows together; absent = rows as they are. The time of a window is its end.</summary>
    public FeatureWindow? Aggregate { get; init; }
}

/// <summary>Time windows: tumbling, or where <see cref="Every"/> is less than <see cref="Size"/> sliding.</summary>
public sealed record FeatureWindow
{
    /// <summary>How long a window is, such as <c>3h</c>: from its begin, included, to its end, excluded.</summary>
    public required string Size { get; init; }

    /// <summary>How long after one window the next begins; divides the size. Absent = the size.</summary>
    public string? Every { get; init; }

    /// <summary>How long after 1970-01-01 UTC, and multiples of <see cref="Every"/>, windows begin. Absent = 0.</summary>
    public string? Offset { get; init; }

    /// <summary>What is computed in each window.</summary>
    public required IReadOnlyList<FeatureAggregate> Columns { get; init; }
}

/// <summary>One number of a window.</summary>
public sealed record FeatureAggregate
{
    /// <summary>
    /// <c>rows</c>, or over the values that are not missing <c>count</c>, <c>sum</c>, <c>mean</c>, <c>min</c>, <c>max</c>, <c>std</c>
    /// (n - 1), <c>quantile</c>, and for degrees <c>circular_mean</c> (0 to 360) and <c>steadiness</c> (0 = from everywhere, 1 = from
    /// one direction).
    /// </summary>
    public required string Function { get; init; }

    /// <summary>A numeric column; absent only for <c>rows</c>.</summary>
    public string? Column { get; init; }

    /// <summary>Which quantile, 0 to 1.</summary>
    public double? Quantile { get; init; }

    /// <summary>Column by which directions are weighted, such as the wind's speed; absent = all alike.</summary>
    public string? Weight { get; init; }

    /// <summary>Name of the new column; absent = made of the column's and the function's.</summary>
    public string? As { get; init; }
}

/// <summary>
/// Adds to each row what was known at its time: of the rows with the same key whose time is not later, the newest; of several with that
/// time the one known last.
/// </summary>
public sealed record FeatureJoin
{
    /// <summary>Where values come from; as many key columns as the rows have, in the same order.</summary>
    public required FeatureSource Source { get; init; }

    /// <summary>Column that says when a row became known, such as the time of its ingestion; absent = at its own time.</summary>
    public string? KnownAt { get; init; }

    /// <summary>How much later it counts as known, such as <c>20m</c>. Absent = 0.</summary>
    public string? Lag { get; init; }

    /// <summary>How old a value may be, such as <c>5h</c>: one of exactly this age is too old. Absent = any age.</summary>
    public string? Ttl { get; init; }

    /// <summary>Columns to add; none = all but keys and times.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>What the names of the added columns begin with.</summary>
    public string? Prefix { get; init; }
}

/// <summary>Adds sine and cosine of a column that begins anew after a period.</summary>
public sealed record FeatureEncoding
{
    /// <summary>A numeric column with <see cref="Period"/>, or a time with <see cref="Part"/>.</summary>
    public required string Column { get; init; }

    /// <summary>After how much it begins anew, in its own unit, such as 360.</summary>
    public double? Period { get; init; }

    /// <summary><c>hour_of_day</c>, <c>day_of_week</c>, <c>day_of_year</c> or <c>month_of_year</c>, in UTC.</summary>
    public string? Part { get; init; }
}
