using System.Text;
using System.Text.Unicode;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Imports;

/// <summary>
/// Reads the records of a text file one after the other, in a buffer that never holds more than the longest record. Cells are the
/// bytes of the file: they are valid until the next record is read.
/// </summary>
internal abstract class RecordReader(Stream content, int longest = RecordReader.LongestRecord) : IAsyncDisposable
{
    protected const int LongestRecord = 1024 * 1024;

    private byte[] _buffer = new byte[128 * 1024];
    private int _start;
    private int _end;
    private int _recordStart;
    private bool _atEnd;
    private long _nextLine = 1;

    /// <summary>The columns: all of them from the start, or those of the records that were read.</summary>
    public abstract IReadOnlyList<string> Names { get; }

    /// <summary>How many cells this record has.</summary>
    public abstract int Count { get; }

    /// <summary>Why this record cannot be taken as a row, or null.</summary>
    public string? Fault { get; protected set; }

    /// <summary>The line on which this record begins, from 1.</summary>
    public long Line { get; private set; }

    /// <summary>A cell without the white space around it; empty = missing.</summary>
    public abstract ReadOnlySpan<byte> Cell(int index);

    /// <summary>Whether the file says that this cell is text, whatever stands in it.</summary>
    public virtual bool IsText(int index) => false;

    /// <summary>All cells as they stand in the file, for people to read.</summary>
    public abstract string[] Texts();

    /// <summary>Goes on to the next record; false at the end.</summary>
    /// <exception cref="MeshException">The file is not UTF-8 text, or a record does not end.</exception>
    public ValueTask<bool> ReadAsync(CancellationToken cancellationToken) =>
        TryNext() ? new ValueTask<bool>(true) : ReadMoreAsync(cancellationToken);

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return content.DisposeAsync();
    }

    /// <summary>Takes the record at the beginning of the text.</summary>
    /// <returns>How many bytes it has with its line end, and how many lines; 0 bytes: it goes on behind this text.</returns>
    protected abstract (int Length, int Lines) Parse(ReadOnlySpan<byte> text, bool atEnd);

    /// <summary>Whether what was parsed last is nothing, such as a blank line.</summary>
    protected abstract bool IsBlank { get; }

    /// <summary>The bytes of the record that was parsed last; positions count from its beginning.</summary>
    protected ReadOnlySpan<byte> Record => _buffer.AsSpan(_recordStart, _start - _recordStart);

    private bool TryNext()
    {
        while (_start < _end)
        {
            Fault = null;
            var (length, lines) = Parse(_buffer.AsSpan(_start, _end - _start), _atEnd);
            if (length == 0)
            {
                return _atEnd ? throw Endless() : false;
            }

            _recordStart = _start;
            _start += length;
            Line = _nextLine;
            _nextLine += lines;
            if (IsBlank)
            {
                continue;
            }

            return Utf8.IsValid(Record)
                ? true
                : throw MeshException.InvalidArgument(
                    $"The file is not UTF-8 text on line {Line}: save it in UTF-8, or name its encoding.");
        }

        return false;
    }

    private async ValueTask<bool> ReadMoreAsync(CancellationToken cancellationToken)
    {
        while (!_atEnd)
        {
            await FillAsync(cancellationToken);
            if (TryNext())
            {
                return true;
            }
        }

        return false;
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        if (_end - _start >= longest)
        {
            throw Endless();
        }

        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Min(_buffer.Length * 2, longest));
        }

        // At least half a buffer: a stream that hands out little at a time must not have each record parsed many times over.
        var wanted = Math.Max(1, (_buffer.Length - _end) / 2);
        try
        {
            var read = await content.ReadAtLeastAsync(_buffer.AsMemory(_end), wanted, throwOnEndOfStream: false, cancellationToken);
            _end += read;
            _atEnd = read < wanted;
        }
        catch (DecoderFallbackException exception)
        {
            throw MeshException.InvalidArgument($"The file is not text in its encoding behind line {_nextLine}: {exception.Message}");
        }
    }

    private MeshException Endless() => MeshException.InvalidArgument(
        $"The record that begins on line {_nextLine} does not end: is a quote never closed? "
        + $"(A record has at most {longest >> 20} MiB.)");
}
