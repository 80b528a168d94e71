namespace Skipper.Services.Data.Sources;

/// <summary>What is known of an item from one ingestion to the next.</summary>
internal sealed record ItemState
{
    /// <summary>The newest row that was seen, or the oldest that is still waited for.</summary>
    public DateTimeOffset? Cursor { get; init; }

    /// <summary>For conditional requests.</summary>
    public string? ETag { get; init; }

    /// <summary>For conditional requests, as the provider wrote it.</summary>
    public string? LastModified { get; init; }

    /// <summary>The provider said that nothing changes before.</summary>
    public DateTimeOffset? FreshUntil { get; init; }

    /// <summary>Digest of the page that was read last, where only a changed one matters.</summary>
    public string? Digest { get; init; }

    /// <summary>Of a file: its size and time when it was looked at last, and since when they are these.</summary>
    public FileState? File { get; init; }

    /// <summary>Of a file: how many of its records are ingested.</summary>
    public long Records { get; init; }

    /// <summary>Of a file: whether all of it is ingested.</summary>
    public bool Done { get; init; }
}

/// <param name="Size">Bytes.</param>
/// <param name="Modified">As the server wrote it.</param>
/// <param name="Since">When the file was first seen so.</param>
internal sealed record FileState(long Size, string Modified, DateTimeOffset Since);

/// <summary>A state and how often it was written, so that of two ingestions at a time only one goes on.</summary>
internal sealed record StoredState(ItemState State, long Revision);
