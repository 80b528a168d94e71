namespace Skipper.Shared.Storage.Artifacts;

/// <summary>
/// Immutable blobs, addressed by what they contain: the same bytes have the same digest and are stored once.
/// </summary>
public interface IArtifactStore
{
    /// <summary>Stores a blob; complete when it is durable.</summary>
    /// <param name="content">Read to its end.</param>
    /// <param name="cancellationToken">Stops; nothing is stored then.</param>
    /// <returns>Digest: lower case hex sha256.</returns>
    Task<string> PutAsync(Stream content, CancellationToken cancellationToken);

    /// <summary>Opens a blob for reading; the caller disposes the stream.</summary>
    /// <exception cref="FileNotFoundException">No such artifact, or the digest is not 64 lower case hex digits.</exception>
    /// <exception cref="InvalidDataException">The stored bytes do not have this digest (noticed at the end of the stream).</exception>
    Task<Stream> OpenAsync(string digest, CancellationToken cancellationToken);
}
