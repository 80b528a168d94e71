using Skipper.Shared.Storage.Artifacts;

namespace Skipper.Services.Data.Streams;

/// <summary>Reads several artifacts one behind the other, each opened when its turn comes.</summary>
internal sealed class JoinedStream(IEnumerable<string> digests, IArtifactStore artifacts) : Stream
{
    private readonly Queue<string> _waiting = new(digests);
    private Stream? _open;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            if (_open is not null)
            {
                if (await _open.ReadAsync(buffer, cancellationToken) is var read and > 0)
                {
                    return read;
                }

                await _open.DisposeAsync();
                _open = null;
            }

            if (!_waiting.TryDequeue(out var digest))
            {
                return 0;
            }

            _open = await artifacts.OpenAsync(digest, cancellationToken);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read it asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _open?.Dispose();
        base.Dispose(disposing);
    }
}
