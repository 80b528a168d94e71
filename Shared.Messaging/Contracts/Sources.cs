namespace Skipper.Shared.Messaging.Contracts;

/// <summary>Declares a source, or changes its declaration.</summary>
[TaskType("declare_source", Queues.Data, Idempotent = true)]
public sealed record DeclareSource : IRequest<SourceDescription>
{
    /// <summary>The declaration.</summary>
    public required SourceText Data { get; init; }

    /// <summary>A declaration as text.</summary>
    public sealed record SourceText
    {
        /// <summary>YAML; the name of the source is in it.</summary>
        public required string Declaration { get; init; }

        /// <summary>The name that it must have; absent = any.</summary>
        public string? Name { get; init; }
    }
}

/// <summary>Asks for a source, its declaration and where it stands.</summary>
[TaskType("find_source", Queues.Data, Idempotent = true)]
public sealed record FindSource : IRequest<SourceDescription>
{
    /// <summary>Which source.</summary>
    public required SourceName Data { get; init; }
}

/// <summary>Asks for all sources.</summary>
[TaskType("list_sources", Queues.Data, Idempotent = true)]
public sealed record ListSources : IRequest<SourceList>;

/// <summary>Reads what is new in a source; a repeated one finds what the first has written.</summary>
[TaskType("ingest_source", Queues.Data)]
public sealed record IngestSource : IRequest<SourceRun>
{
    /// <summary>What to read.</summary>
    public required Ingestion Data { get; init; }

    /// <summary>Which source, and how much of it.</summary>
    public sealed record Ingestion
    {
        /// <summary>Name of the source.</summary>
        public required string Source { get; init; }

        /// <summary>Begins here, for a backfill; absent = where the last ingestion ended. The cursor does not move.</summary>
        public DateTimeOffset? From { get; init; }

        /// <summary>Ends here; absent = now.</summary>
        public DateTimeOffset? To { get; init; }

        /// <summary>Digest of an uploaded file; for sources of kind <c>file</c>.</summary>
        public string? Artifact { get; init; }

        /// <summary>Asks also for what the provider said not to have changed. Default: false.</summary>
        public bool Force { get; init; }
    }
}

/// <summary>Makes rows again of the answers that were kept, by the declaration as it is now.</summary>
[TaskType("replay_source", Queues.Data, Idempotent = true)]
public sealed record ReplaySource : IRequest<SourceRun>
{
    /// <summary>Which source.</summary>
    public required SourceName Data { get; init; }
}

/// <summary>
/// Publishes the rows of sources as a dataset version, checked by the standard and the suite that are named as the dataset. The same rows
/// again are the same version.
/// </summary>
[TaskType("publish_source", Queues.Data, Idempotent = true)]
public sealed record PublishSource : IRequest<DatasetVersion>
{
    /// <summary>What to publish.</summary>
    public required Publication Data { get; init; }

    /// <summary>Which sources, and as what.</summary>
    public sealed record Publication
    {
        /// <summary>
        /// Names of sources: the tables that they fill are published whole, one after the other; tables must have the same columns.
        /// </summary>
        public required IReadOnlyList<string> Sources { get; init; }

        /// <summary>Name of the dataset; absent = that of the first table.</summary>
        public string? Dataset { get; init; }
    }
}

/// <summary>A source by name.</summary>
public sealed record SourceName
{
    /// <summary>Name of the source.</summary>
    public required string Name { get; init; }
}

/// <summary>All sources, by name.</summary>
public sealed record SourceList
{
    /// <summary>Without their items.</summary>
    public required IReadOnlyList<SourceDescription> Sources { get; init; }
}

/// <summary>A source and where it stands.</summary>
public sealed record SourceDescription
{
    /// <summary>Name of the source.</summary>
    public required string Name { get; init; }

    /// <summary><c>json</c>, <c>html</c>, <c>ftp</c> or <c>file</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The typed table that its rows are merged into.</summary>
    public required string Table { get; init; }

    /// <summary>The declaration as YAML.</summary>
    public required string Declaration { get; init; }

    /// <summary>When it was declared so, UTC.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The provider asked to be left alone until then, UTC.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Requests made today (UTC).</summary>
    public int RequestsToday { get; init; }

    /// <summary>Requests that may be made in a day; absent = as many as wanted.</summary>
    public int? RequestsPerDay { get; init; }

    /// <summary>The first 100 items or files, by name.</summary>
    public IReadOnlyList<SourceItemState> Items { get; init; } = [];
}

/// <summary>Where an item of a source, or a file, stands.</summary>
public sealed record SourceItemState
{
    /// <summary>Its name.</summary>
    public required string Item { get; init; }

    /// <summary>The newest row, or the oldest that is still waited for, UTC.</summary>
    public DateTimeOffset? Cursor { get; init; }

    /// <summary>The provider said that nothing changes before, UTC.</summary>
    public DateTimeOffset? FreshUntil { get; init; }

    /// <summary>Of a file: records that are ingested.</summary>
    public long? Records { get; init; }

    /// <summary>Of a file: whether all of it is ingested.</summary>
    public bool? Done { get; init; }
}

/// <summary>What an ingestion did.</summary>
public sealed record SourceRun
{
    /// <summary>Name of the source.</summary>
    public required string Source { get; init; }

    /// <summary>The typed table with the rows.</summary>
    public required string Table { get; init; }

    /// <summary>Answers, or parts of files, that were read.</summary>
    public int Pages { get; init; }

    /// <summary>Items of which the provider said that nothing changed.</summary>
    public int UnchangedItems { get; init; }

    /// <summary>Items that were not asked for, because the provider is down or the quota used up.</summary>
    public int SkippedItems { get; init; }

    /// <summary>Rows that are new.</summary>
    public long Inserted { get; init; }

    /// <summary>Rows that changed.</summary>
    public long Updated { get; init; }

    /// <summary>Rows that were there already.</summary>
    public long Unchanged { get; init; }

    /// <summary>Records that could not be made rows of; they are in the quarantine of <c>source:NAME</c>.</summary>
    public long Rejected { get; init; }

    /// <summary>The first 20 of them.</summary>
    public IReadOnlyList<SourceReject> Rejects { get; init; } = [];

    /// <summary>Items that could not be read; the others were.</summary>
    public IReadOnlyList<SourceFailure> Failures { get; init; } = [];

    /// <summary>What people should know, such as that the provider will take an address away.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}

/// <summary>A record of which no row was made, and why.</summary>
public sealed record SourceReject
{
    /// <summary>The item or file.</summary>
    public required string Item { get; init; }

    /// <summary>Number of the record, from 1.</summary>
    public required long Record { get; init; }

    /// <summary>What was expected and what was found.</summary>
    public required string Reason { get; init; }
}

/// <summary>An item that could not be read, and why.</summary>
public sealed record SourceFailure
{
    /// <summary>The item or file.</summary>
    public required string Item { get; init; }

    /// <summary>Error code.</summary>
    public required string Code { get; init; }

    /// <summary>What happened.</summary>
    public required string Reason { get; init; }
}

/// <summary>Compares the sources that fill one table.</summary>
[TaskType("evaluate_providers", Queues.Data, Idempotent = true)]
public sealed record EvaluateProviders : IRequest<ProviderEvaluation>
{
    /// <summary>What to compare.</summary>
    public required Comparison Data { get; init; }

    /// <summary>A table, and since when.</summary>
    public sealed record Comparison
    {
        /// <summary>The typed table; it has a column <c>source</c> in its key.</summary>
        public required string Table { get; init; }

        /// <summary>Requests since then count; absent = the last 30 days.</summary>
        public DateTimeOffset? Since { get; init; }
    }
}

/// <summary>How good the sources of a table are, and how much they agree.</summary>
public sealed record ProviderEvaluation
{
    /// <summary>The table.</summary>
    public required string Table { get; init; }

    /// <summary>Best first.</summary>
    public required IReadOnlyList<ProviderScorecard> Providers { get; init; }

    /// <summary>Each pair of sources, column by column.</summary>
    public required IReadOnlyList<ProviderPair> Pairs { get; init; }
}

/// <summary>How good one source is.</summary>
public sealed record ProviderScorecard
{
    /// <summary>Name of the source.</summary>
    public required string Source { get; init; }

    /// <summary>0 to 1: coverage 0.3, completeness 0.2, success 0.2, agreement 0.2, speed 0.1; what is not known counts for nothing.</summary>
    public required double Score { get; init; }

    /// <summary>Whether the score is at least 0.6.</summary>
    public required bool Accepted { get; init; }

    /// <summary>Rows in the table.</summary>
    public required long Rows { get; init; }

    /// <summary>Share of the places, or whatever else the key names, of all sources about which this one says something.</summary>
    public required double Coverage { get; init; }

    /// <summary>Share of its rows that have a value, by column.</summary>
    public required IReadOnlyDictionary<string, double> Completeness { get; init; }

    /// <summary>Mean absolute distance from the median of the other sources, by column, in the unit of the column; needs three sources.</summary>
    public required IReadOnlyDictionary<string, double> Deviation { get; init; }

    /// <summary>Requests that were made.</summary>
    public required int Requests { get; init; }

    /// <summary>Share of the requests that were answered well; absent = there were none.</summary>
    public double? SuccessRate { get; init; }

    /// <summary>Share of the requests that were refused for being too many; absent = there were none.</summary>
    public double? LimitedRate { get; init; }

    /// <summary>Half of the requests were answered within, milliseconds.</summary>
    public double? LatencyP50 { get; init; }

    /// <summary>95 % of the requests were answered within, milliseconds.</summary>
    public double? LatencyP95 { get; init; }

    /// <summary>99 % of the requests were answered within, milliseconds.</summary>
    public double? LatencyP99 { get; init; }

    /// <summary>Seconds since the provider was last heard.</summary>
    public double? AgeSeconds { get; init; }
}

/// <summary>How much two sources agree about one column, over the rows with the same key.</summary>
public sealed record ProviderPair
{
    /// <summary>One source.</summary>
    public required string First { get; init; }

    /// <summary>The other.</summary>
    public required string Second { get; init; }

    /// <summary>The column.</summary>
    public required string Column { get; init; }

    /// <summary>Rows compared.</summary>
    public required long Count { get; init; }

    /// <summary>Mean absolute difference, in the unit of the column.</summary>
    public required double MeanAbsoluteError { get; init; }

    /// <summary>Root of the mean squared difference.</summary>
    public required double RootMeanSquareError { get; init; }

    /// <summary>Mean of first minus second.</summary>
    public required double Bias { get; init; }

    /// <summary>Pearson's correlation; absent for angles, and where one of both is constant.</summary>
    public double? Correlation { get; init; }
}
