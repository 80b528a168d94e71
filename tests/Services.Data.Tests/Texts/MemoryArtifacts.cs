using System.Collections.Concurrent;
using System.Security.Cryptography;
using Skipper.Shared.Storage.Artifacts;

namespace Skipper.Services.Data.Tests.Texts;

/// <summary>Artifacts in memory; knows how often one was opened.</summary>
internal sealed class MemoryArtifacts : IArtifactStore
{
    private readonly ConcurrentDictionary<string, byte[]> _content = new();

    public int Opened { get; private set; }

    public async Task<string> PutAsync(Stream content, CancellationToken cancellationToken)
    {
        using var copy = new MemoryStream();
        await content.CopyToAsync(copy, cancellationToken);
        return Put(copy.ToArray());
    }

    public string Put(byte[] content)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(content));
        _content[digest] = content;
        return digest;
    }

    public Task<Stream> OpenAsync(string digest, CancellationToken cancellationToken)
    {
        Opened++;
        return _content.TryGetValue(digest, out var content)
            ? Task.FromResult<Stream>(new MemoryStream(content))
            : throw new FileNotFoundException($"No artifact {digest}.");
    }
}
