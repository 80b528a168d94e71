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

    /// <summary>Records that could not be made rows of; they are kept with the answer.</summary>
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
