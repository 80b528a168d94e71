namespace Skipper.Shared.Storage.Payloads;

/// <summary>
/// Blobs on their way from one process to another: kept until they expire, apart from artifacts, which are kept forever.
/// </summary>
public interface IExpiringBlobs
{
    /// <summary>Stores a blob; complete when every process can read it. Put again, it lives until the later of both times.</summary>
    /// <param name="digest">Its name: lower case hex sha256 of the content.</param>
    /// <param name="content">The blob.</param>
    /// <param name="expires">Deleted some time after this, UTC, and not before.</param>
    /// <param name="cancellationToken">Stops.</param>
    Task PutAsync(string digest, ReadOnlyMemory<byte> content, DateTimeOffset expires, CancellationToken cancellationToken);

    /// <summary>Opens a blob; null where it is not there. The caller disposes the stream.</summary>
    /// <exception cref="InvalidDataException">The stored bytes do not have this digest (noticed at the end of the stream).</exception>
    Task<Stream?> OpenAsync(string digest, CancellationToken cancellationToken);

    /// <summary>Deletes what has expired and returns how many blobs, or groups of blobs, that were.</summary>
    Task<int> SweepAsync(CancellationToken cancellationToken);
}
