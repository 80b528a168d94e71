using System.Collections.Concurrent;
using Skipper.Shared.Messaging.Payloads;

namespace Skipper.Shared.Messaging.Tests.Payloads;

/// <summary>A store that remembers everything, and fails in the ways that a test wants.</summary>
internal sealed class MemoryPayloadStore : IPayloadStore
{
    public ConcurrentDictionary<string, byte[]> Bodies { get; } = new();

    public ConcurrentDictionary<string, DateTimeOffset> Expires { get; } = new();

    public Func<byte[], byte[]?> Stored { get; set; } = body => body;

    public bool RefusesToStore { get; set; }

    public Task Opening { get; set; } = Task.CompletedTask;

    public Task PutAsync(string digest, ReadOnlyMemory<byte> content, DateTimeOffset expires, CancellationToken cancellationToken)
    {
        if (RefusesToStore)
        {
            throw new IOException("The disk is full.");
        }

        Bodies[digest] = content.ToArray();
        Expires[digest] = expires;
        return Task.CompletedTask;
    }

    public async Task<Stream?> OpenAsync(string digest, CancellationToken cancellationToken)
    {
        await Opening;
        return Bodies.TryGetValue(digest, out var body) && Stored(body) is { } stored ? new MemoryStream(stored) : null;
    }
}
