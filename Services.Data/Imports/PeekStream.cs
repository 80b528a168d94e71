using Skipper.Shared.Storage.Streams;

namespace Skipper.Services.Data.Imports;

/// <summary>Lets its beginning be looked at before it is read.</summary>
internal sealed class PeekStream(Stream content) : ForwardStream
{
    private byte[] _ahead = [];
    private int _start;
    private int _end;

    /// <summary>The next bytes, fewer only at the end. Only before the first read.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> PeekAsync(int count, CancellationToken cancellationToken)
    {
        if (_end - _start < count)
        {
            Array.Resize(ref _ahead, _start + count);
            _end += await content.ReadAtLeastAsync(_ahead.AsMemory(_end), _ahead.Length - _end, throwOnEndOfStream: false, cancellationToken);
        }

        return _ahead.AsMemory(_start, Math.Min(count, _end - _start));
    }

    /// <summary>Leaves out bytes that were peeked at.</summary>
    public void Skip(int count) => _start += count;

    public override int Read(Span<byte> buffer) =>
        Ahead(buffer) is var taken and > 0 ? taken : content.Read(buffer);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Ahead(buffer.Span) is var taken and > 0 ? new ValueTask<int>(taken) : content.ReadAsync(buffer, cancellationToken);

    public override async ValueTask DisposeAsync()
    {
        await content.DisposeAsync();
        await base.DisposeAsync();
    }

    private int Ahead(Span<byte> buffer)
    {
        var taken = Math.Min(buffer.Length, _end - _start);
        _ahead.AsSpan(_start, taken).CopyTo(buffer);
        _start += taken;
        return taken;
    }
}
