namespace Skipper.Shared.Messaging.Payloads;

/// <summary>A store of a library that must not know this one.</summary>
internal sealed class AdaptedPayloadStore(PutPayload put, OpenPayload open) : IPayloadStore
{
    public Task PutAsync(
        string digest, ReadOnlyMemory<byte> content, DateTimeOffset expires, CancellationToken cancellationToken) =>
        put(digest, content, expires, cancellationToken);

    public Task<Stream?> OpenAsync(string digest, CancellationToken cancellationToken) => open(digest, cancellationToken);
}
