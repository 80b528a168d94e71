namespace Skipper.Services.Data.Texts;

/// <summary>
/// Reads a file line by line, as bytes: LF or CRLF ends a line, a byte order mark at the beginning is no part of it. Memory is
/// bounded by the longest line accepted, whatever the file holds.
/// </summary>
/// <param name="stream">Read forward; left open.</param>
/// <param name="longest">The most bytes of a line that are kept.</param>
internal sealed class LineReader(Stream stream, int longest = LineReader.LongestByDefault)
{
    public const int LongestByDefault = 1024 * 1024;

    private readonly int _most = longest + 2; // With the end of the line.

    private byte[] _buffer = new byte[Math.Min(longest + 2, 64 * 1024)];
    private int _start;
    private int _end;
    private bool _atEnd;

    /// <summary>Of the line read last, from 1.</summary>
    public long Number { get; private set; }

    /// <summary>The line read last, without its end; valid until the next one is read.</summary>
    public ReadOnlyMemory<byte> Line { get; private set; }

    /// <summary>Whether <see cref="Line"/> is only the beginning of a longer line.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Goes to the next line; false at the end of the file.</summary>
    public async ValueTask<bool> NextAsync(CancellationToken cancellationToken)
    {
        var searched = _start;
        int end;
        while ((end = _buffer.AsSpan(searched, _end - searched).IndexOf((byte)'\n')) < 0)
        {
            searched = _end;
            if (_atEnd)
            {
                return Take(_end, _end);
            }

            if (_end - _start >= _most)
            {
                await SkipAsync(cancellationToken);
                return true;
            }

            searched -= await FillAsync(cancellationToken);
        }

        return Take(searched + end, searched + end + 1);
    }

    private bool Take(int end, int next)
    {
        if (next == _start)
        {
            return false;
        }

        Keep(_buffer.AsMemory(_start, end - _start), hasEnd: true);
        _start = next;
        return true;
    }

    private void Keep(ReadOnlyMemory<byte> line, bool hasEnd)
    {
        line = line.Span.EndsWith((byte)'\r') ? line[..^1] : line;
        if (Number++ == 0 && line.Span.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
        {
            line = line[3..];
        }

        IsCut = !hasEnd || line.Length > longest;
        Line = line[..Math.Min(line.Length, longest)];
    }

    /// <summary>Makes room, reads, and returns by how much what is there has moved to the front.</summary>
    private async ValueTask<int> FillAsync(CancellationToken cancellationToken)
    {
        var moved = _start;
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - moved);
        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, (int)Math.Min(_most, 2L * _buffer.Length));
        }

        var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
        _end += read;
        _atEnd = read == 0;
        return moved;
    }

    /// <summary>Keeps the beginning of a line and passes over the rest of it.</summary>
    private async ValueTask SkipAsync(CancellationToken cancellationToken)
    {
        Keep(_buffer.AsSpan(_start, _end - _start).ToArray(), hasEnd: false);
        do
        {
            _end = await stream.ReadAsync(_buffer, cancellationToken);
            _start = _buffer.AsSpan(0, _end).IndexOf((byte)'\n') + 1;
            _atEnd = _end == 0;
        }
        while (_start == 0 && !_atEnd);
    }
}
