using System.Security.Cryptography;

namespace Skipper.Shared.Storage.Artifacts;

/// <summary>Reads an artifact forward and throws at its end when the bytes were not those of its digest.</summary>
internal sealed class VerifiedStream(Stream content, string digest) : Stream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private bool _verified;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        var read = content.Read(buffer);
        Check(buffer[..read], atEnd: read == 0 && buffer.Length > 0);
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await content.ReadAsync(buffer, cancellationToken);
        Check(buffer.Span[..read], atEnd: read == 0 && buffer.Length > 0);
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

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
