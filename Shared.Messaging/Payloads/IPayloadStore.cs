namespace Skipper.Shared.Messaging.Payloads;

/// <summary>
/// Where bodies that are too large for the broker lie until they are read. All processes that call each other share one.
/// </summary>
public interface IPayloadStore
{
    /// <summary>
    /// Stores a body; complete when every process can read it. Storing it again keeps it until the later of both times.
    /// </summary>
    /// <param name="digest">Its name: the sha256 of the content, lower case hex.</param>
    /// <param name="content">The body.</param>
    /// <param name="expires">It may be deleted after this time, UTC, and not before.</param>
    /// <param name="cancellationToken">Stops.</param>
    Task PutAsync(string digest, ReadOnlyMemory<byte> content, DateTimeOffset expires, CancellationToken cancellationToken);

    /// <summary>Opens a body for reading; null where it is not there. The caller disposes the stream and checks the digest.</summary>
    Task<Stream?> OpenAsync(string digest, CancellationToken cancellationToken);
}

/// <summary>The way of <see cref="IPayloadStore.PutAsync"/>, for a store that does not know this library.</summary>
public delegate Task PutPayload(
    string digest, ReadOnlyMemory<byte> content, DateTimeOffset expires, CancellationToken cancellationToken);

/// <summary>The way of <see cref="IPayloadStore.OpenAsync"/>, for a store that does not know this library.</summary>
public delegate Task<Stream?> OpenPayload(string digest, CancellationToken cancellationToken);
