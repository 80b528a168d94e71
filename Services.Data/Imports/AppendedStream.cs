using Skipper.Shared.Storage.Streams;

namespace Skipper.Services.Data.Imports;

/// <summary>A stream, and some bytes behind it.</summary>
internal sealed class AppendedStream(Stream content, ReadOnlyMemory<byte> rest) : ForwardStream
{
    private ReadOnlyMemory<byte> _rest = rest;
    private bool _atEnd;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = _atEnd ? 0 : await content.ReadAsync(buffer, cancellationToken);
        _atEnd |= read == 0;
        return read > 0 ? read : TakeRest(buffer.Span);
    }

    public override int Read(Span<byte> buffer)
    {
        var read = _atEnd ? 0 : content.Read(buffer);
        _atEnd |= read == 0;
        return read > 0 ? read : TakeRest(buffer);
    }

    public override async ValueTask DisposeAsync()
    {
        await content.DisposeAsync();
        await base.DisposeAsync();
    }

    private int TakeRest(Span<byte> buffer)
    {
        var taken = Math.Min(buffer.Length, _rest.Length);
        _rest.Span[..taken].CopyTo(buffer);
        _rest = _rest[taken..];
        return taken;
    }
}
