using System.Security.Cryptography;
using Skipper.Shared.Storage.Streams;

namespace Skipper.Shared.Storage.Artifacts;

/// <summary>Reads an artifact forward and throws at its end when the bytes were not those of its digest.</summary>
internal sealed class VerifiedStream(Stream content, string digest) : ForwardStream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private bool _verified;

    public override int Read(Span<byte> buffer)
    {
        var read = content.Read(buffer);
        Check(buffer[..read], atEnd: read == 0 && buffer.Length > 0);
        return read;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await content.ReadAsync(buffer, cancellationToken);
        Check(buffer.Span[..read], atEnd: read == 0 && buffer.Length > 0);
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _hash.Dispose();
            content.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Check(ReadOnlySpan<byte> read, bool atEnd)
    {
        _hash.AppendData(read);
        if (!atEnd || _verified)
        {
            return;
        }

        var found = Convert.ToHexStringLower(_hash.GetCurrentHash());
        if (found != digest)
        {
            throw new InvalidDataException($"Artifact {digest} is damaged: its bytes have the digest {found}. Store it again.");
        }

        _verified = true;
    }
}
