using System.IO.Compression;
using System.Security.Cryptography;
using Skipper.Shared.Storage.Streams;

namespace Skipper.Services.Data.Imports;

/// <summary>
/// Unpacks gzip and notices when the file was cut off, which <see cref="GZipStream"/> takes for its end: a packed mark is read behind the
/// file, and comes out last only if everything before it was complete.
/// </summary>
internal sealed class GunzipStream : ForwardStream
{
    private const int MarkSize = 16;

    private readonly byte[] _mark = RandomNumberGenerator.GetBytes(MarkSize);
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly GZipStream _gzip;
    private int _start;
    private int _end;
    private bool _complete;

    public GunzipStream(Stream packed) => _gzip = new GZipStream(new AppendedStream(packed, Pack(_mark)), CompressionMode.Decompress);

    /// <exception cref="InvalidDataException">The file is damaged or cut off.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_end - _start <= MarkSize && !_complete)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
            var read = await _gzip.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
            _end += read;
            _complete = read == 0;
        }

        var ready = _end - _start - MarkSize;
        if (ready <= 0)
        {
            return _buffer.AsSpan(_start, _end - _start).SequenceEqual(_mark)
                ? 0
                : throw new InvalidDataException("the packed file is cut off, or something else is behind it.");
        }

        var count = Math.Min(buffer.Length, ready);
        _buffer.AsMemory(_start, count).CopyTo(buffer);
        _start += count;
        return count;
    }

    public override async ValueTask DisposeAsync()
    {
        await _gzip.DisposeAsync();
        await base.DisposeAsync();
    }

    private static byte[] Pack(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(content);
        }

        return packed.ToArray();
    }
}
