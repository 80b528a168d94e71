using Skipper.Services.Data.Sources.Declarations;

namespace Skipper.Services.Data.Sources;

/// <summary>One ingestion of a source.</summary>
internal sealed record SourceJob
{
    public required SourceDeclaration Declaration { get; init; }

    /// <summary>Begins here instead of where the last ingestion ended; the state does not move back.</summary>
    public DateTimeOffset? From { get; init; }

    public DateTimeOffset? To { get; init; }

    /// <summary>Digest of an uploaded file, for sources of kind file.</summary>
    public string? Artifact { get; init; }

    /// <summary>Asks also for what the provider said not to have changed.</summary>
    public bool Force { get; init; }

    /// <summary>What people should know, such as that an address will go away.</summary>
    public SortedSet<string> Warnings { get; } = new(StringComparer.Ordinal);
}

/// <summary>What has a state of its own: an item of the declaration, or a file.</summary>
/// <param name="Item">Its name is that of the state.</param>
/// <param name="State">As it was before.</param>
internal sealed record SourceUnit(SourceItem Item, StoredState State);

/// <summary>A step through a unit: a page, or only a change of what is known.</summary>
/// <param name="Page">What came; null = nothing new.</param>
/// <param name="Advance">What the state becomes when the rows of the page are there, but for the cursor.</param>
/// <param name="IsLast">Whether all of the unit was seen, so that the cursor may move.</param>
internal sealed record SourceStep(SourcePage? Page, Func<ItemState, ItemState> Advance, bool IsLast);

/// <summary>Reads one kind of source.</summary>
internal interface ISourceConnector
{
    string Kind { get; }

    /// <summary>What there is to read now.</summary>
    Task<IReadOnlyList<SourceUnit>> ListAsync(SourceJob job, CancellationToken cancellationToken);

    /// <summary>Reads a unit; what it yields is durable before it is asked for the next step.</summary>
    IAsyncEnumerable<SourceStep> ReadAsync(SourceJob job, SourceUnit unit, CancellationToken cancellationToken);
}
