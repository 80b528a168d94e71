using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Datasets;

/// <summary>Reads what a file unpacks to until a limit, and refuses the file beyond it, or where it cannot be unpacked.</summary>
internal sealed class LimitedStream(Stream content, int megabytes) : Stream
{
    private long _left = megabytes * 1024L * 1024L;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        try
        {
            return Count(content.Read(buffer, offset, count));
        }
        catch (InvalidDataException exception)
        {
            throw Broken(exception);
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return Count(await content.ReadAsync(buffer, cancellationToken));
        }
        catch (InvalidDataException exception)
        {
            throw Broken(exception);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await content.DisposeAsync();
        await base.DisposeAsync();
    }

    private static MeshException Broken(InvalidDataException exception) =>
        MeshException.InvalidArgument($"The file is damaged: {exception.Message}");

    private int Count(int read)
    {
        _left -= read;
        return _left >= 0
            ? read
            : throw MeshException.InvalidArgument(
                $"The file is larger than {megabytes} MiB: split it, or raise {DatasetOptions.Section}:MaxMegabytes.");
    }
}
