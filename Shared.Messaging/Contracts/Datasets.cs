using System.Text.Json.Serialization;

namespace Skipper.Shared.Messaging.Contracts;

/// <summary>Turns an uploaded file (CSV or JSON Lines, also gzip) into an immutable dataset version; the same content gives the same version.</summary>
[TaskType("import_dataset", Queues.Data)]
public sealed record ImportDataset : IRequest<DatasetVersion>
{
    /// <summary>What to import, and under which name.</summary>
    public required ImportSource Data { get; init; }

    /// <summary>Where the bytes of an import are.</summary>
    public sealed record ImportSource
    {
        /// <summary>Dataset name: lower case letters, digits, <c>-</c> and <c>_</c>, at most 64 characters.</summary>
        public required string Name { get; init; }

        /// <summary>Digest (lower case hex sha256) of the file in the artifact store.</summary>
        public required string Artifact { get; init; }

        /// <summary>Encoding of the file, such as <c>windows-1252</c>; absent = UTF-8, or UTF-16 with a byte order mark.</summary>
        public string? Encoding { get; init; }
    }
}

/// <summary>Asks for one dataset version, the newest unless a version is named.</summary>
[TaskType("find_dataset", Queues.Data, Idempotent = true)]
public sealed record FindDataset : IRequest<DatasetVersion>
{
    /// <summary>Which dataset.</summary>
    public required DatasetName Data { get; init; }
}

/// <summary>Asks for the newest version of every dataset.</summary>
[TaskType("list_datasets", Queues.Data, Idempotent = true)]
public sealed record ListDatasets : IRequest<DatasetList>;

/// <summary>The newest version of every dataset, by name.</summary>
public sealed record DatasetList
{
    /// <summary>Ordered by name.</summary>
    public required IReadOnlyList<DatasetVersion> Datasets { get; init; }
}

/// <summary>A dataset and, optionally, which version of it.</summary>
public sealed record DatasetName
{
    /// <summary>Dataset name.</summary>
    public required string Name { get; init; }

    /// <summary>Version number, from 1; absent = the newest.</summary>
    public int? Version { get; init; }

    /// <summary>The version that this tag points to.</summary>
    public string? Tag { get; init; }

    /// <summary>The version that was the newest at this time.</summary>
    public DateTimeOffset? AsOf { get; init; }
}

/// <summary>An immutable dataset version.</summary>
public sealed record DatasetVersion
{
    /// <summary>Dataset name.</summary>
    public required string Name { get; init; }

    /// <summary>Version number, from 1, without gaps.</summary>
    public required int Version { get; init; }

    /// <summary>Lower case hex sha256 over the canonical content (schema and rows).</summary>
    public required string Digest { get; init; }

    /// <summary>Rows accepted.</summary>
    public required int RowCount { get; init; }

    /// <summary>Rows rejected by the checks; they are kept, with their reasons, in <see cref="Rejected"/>.</summary>
    public int RejectedCount { get; init; }

    /// <summary>The first rejected rows (at most 20) with their reasons.</summary>
    public IReadOnlyList<RejectedRow> Rejected { get; init; } = [];

    /// <summary>The columns, in file order.</summary>
    public required IReadOnlyList<DatasetColumn> Columns { get; init; }

    /// <summary>When this version was made, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A row that was not accepted, and why.</summary>
/// <param name="Line">Line number in the file, the header being line 1.</param>
/// <param name="Reason">What was expected and what was found.</param>
public sealed record RejectedRow(int Line, string Reason);

/// <summary>A column of a dataset version.</summary>
public sealed record DatasetColumn
{
    /// <summary>Name as in the header, trimmed, lower case.</summary>
    public required string Name { get; init; }

    /// <summary><c>integer</c>, <c>number</c>, <c>text</c> or <c>timestamp</c> (UTC).</summary>
    public required string Type { get; init; }

    /// <summary>Number of empty cells.</summary>
    public required int MissingCount { get; init; }
}

/// <summary>
/// Splits a dataset into train, test and validation part. The original engine's request (<c>payload</c> = fraction as text) is
/// answered with its JSON array of six; <c>"reply":"reference"</c> is answered with a <see cref="DatasetSplit"/>.
/// </summary>
[TaskType("split_dataset", Queues.Data, Idempotent = true)]
public sealed record SplitDataset : IRequest<DatasetSplit>
{
    /// <summary>The test fraction as text, more than 0 and less than 1, such as <c>0.2</c>. Default: 0.2.</summary>
    [JsonConverter(typeof(TextOrNumberConverter))]
    public string? Payload { get; init; }

    /// <summary>What to split; absent = the default dataset and its default targets.</summary>
    public SplitOptions? Data { get; init; }

    /// <summary><c>reference</c> asks for artifact references; absent = the array of six.</summary>
    public string? Reply { get; init; }
}

/// <summary>Which dataset to split, and how.</summary>
public sealed record SplitOptions
{
    /// <summary>Dataset name; absent = the sample dataset <c>housing</c>.</summary>
    public string? Dataset { get; init; }

    /// <summary>Dataset version; absent = the newest.</summary>
    public int? Version { get; init; }

    /// <summary>
    /// Target columns; absent = <c>price</c> and <c>ptratio</c>. Each text of a text column is a class, which only replies by reference
    /// can name.
    /// </summary>
    public IReadOnlyList<string>? Targets { get; init; }

    /// <summary>Seed of the shuffle; the same seed gives the same split. Default: 1.</summary>
    public int? Seed { get; init; }

    /// <summary>
    /// <c>random</c>: rows are shuffled. <c>time</c>: the newest rows are the test part, those before them the validation part.
    /// <c>group</c>: groups are shuffled and stay together. Default: <c>random</c>.
    /// </summary>
    public string? Method { get; init; }

    /// <summary>The column with the time or the group, which is then no feature.</summary>
    public string? By { get; init; }

    /// <summary>The columns to learn from, in this order; absent = all numeric columns but targets and <see cref="By"/>.</summary>
    public IReadOnlyList<string>? Features { get; init; }

    /// <summary>
    /// What happens to rows where a feature is missing: <c>drop</c>, or <c>keep</c> them with NaN. Default: <c>drop</c>. Rows where a
    /// target is missing are always dropped.
    /// </summary>
    public string? Missing { get; init; }

    /// <summary>The digest that the dataset version must have; absent = any.</summary>
    public string? Digest { get; init; }
}

/// <summary>
/// A split as references to .npy artifacts: features are z-scored with statistics of the training part only.
/// </summary>
public sealed record DatasetSplit
{
    /// <summary>The dataset version that was split.</summary>
    public required DatasetVersion Dataset { get; init; }

    /// <summary>The features in column order of the arrays, with the statistics that were applied.</summary>
    public required IReadOnlyList<FeatureColumn> Features { get; init; }

    /// <summary>Target column names, in column order of the target arrays.</summary>
    public required IReadOnlyList<string> Targets { get; init; }

    /// <summary>Training part.</summary>
    public required SplitPart Train { get; init; }

    /// <summary>Test part.</summary>
    public required SplitPart Test { get; init; }

    /// <summary>Validation part.</summary>
    public required SplitPart Validation { get; init; }

    /// <summary>Seed of the shuffle.</summary>
    public required int Seed { get; init; }

    /// <summary>Rows of the dataset that are in no part, because a feature or target is missing there.</summary>
    public int DroppedRowCount { get; init; }

    /// <summary>
    /// Of targets that are text: by name of the target the texts in ordinal order; the arrays have their places, from 0. Absent = all
    /// targets are numbers.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Classes { get; init; }
}

/// <summary>
/// A feature and the statistics of its values in the training part: z = (value - mean) / standard deviation.
/// </summary>
public sealed record FeatureColumn
{
    /// <summary>Column name.</summary>
    public required string Name { get; init; }

    /// <summary><c>integer</c> or <c>number</c>.</summary>
    public required string Type { get; init; }

    /// <summary>Mean over the training part, in the column's own unit.</summary>
    public required double Mean { get; init; }

    /// <summary>Sample standard deviation (n - 1) over the training part; 1 where the column is constant.</summary>
    public required double StandardDeviation { get; init; }

    /// <summary>Smallest value of the training part.</summary>
    public required double Minimum { get; init; }

    /// <summary>Largest value of the training part.</summary>
    public required double Maximum { get; init; }
}

/// <summary>One part of a split.</summary>
public sealed record SplitPart
{
    /// <summary>Rows in this part.</summary>
    public required int RowCount { get; init; }

    /// <summary>Digest of the .npy with z-scored features, float64, shape (rows, features).</summary>
    public required string Features { get; init; }

    /// <summary>
    /// Digest of the .npy with target values in their own unit, or numbers of classes where the target is text, float64, shape
    /// (rows, targets).
    /// </summary>
    public required string Targets { get; init; }
}

/// <summary>A new dataset version exists.</summary>
public sealed record DatasetPublished
{
    /// <summary>The version, complete.</summary>
    public required DatasetVersion Dataset { get; init; }
}
