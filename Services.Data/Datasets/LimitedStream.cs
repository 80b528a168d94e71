using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Streams;

namespace Skipper.Services.Data.Datasets;

/// <summary>Reads what a file unpacks to until a limit, and refuses the file beyond it, or where it cannot be unpacked.</summary>
internal sealed class LimitedStream(Stream content, int megabytes) : ForwardStream
{
    private long _left = megabytes * 1024L * 1024L;

    public override int Read(Span<byte> buffer)
    {
        try
        {
            return Count(content.Read(buffer));
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
