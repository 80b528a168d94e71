using Skipper.Shared.Storage.Streams;

namespace Skipper.Services.Data.Images;

/// <summary>Pieces of memory, one after the other, as a stream to read.</summary>
internal sealed class SegmentStream(IReadOnlyList<ReadOnlyMemory<byte>> segments) : ForwardStream
{
    private int _segment;
    private int _position;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        new(Read(buffer.Span));

    public override int Read(Span<byte> buffer)
    {
        while (_segment < segments.Count)
        {
            var rest = segments[_segment].Span[_position..];
            if (!rest.IsEmpty)
            {
                var count = Math.Min(rest.Length, buffer.Length);
                rest[..count].CopyTo(buffer);
                _position += count;
                return count;
            }

            (_segment, _position) = (_segment + 1, 0);
        }

        return 0;
    }
}
