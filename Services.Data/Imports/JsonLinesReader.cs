using System.Text;
using System.Text.Json;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Imports;

/// <summary>
/// Reads one JSON object per line. Columns are the keys, trimmed and in lower case, in the order in which they first appear; an object
/// inside becomes columns <c>outer.inner</c>, an array stays JSON text, null and "" are missing cells.
/// </summary>
internal sealed class JsonLinesReader : RecordReader
{
    private const int MostColumns = 2000;
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 32 };

    private readonly List<string> _names = [];
    private readonly List<byte[]> _spellings = [];
    private readonly Dictionary<string, int> _index = new(StringComparer.Ordinal);
    private Slot[] _cells = new Slot[32];
    private int _record;
    private byte[] _values = new byte[1024];
    private int _used;
    private bool _blank;

    /// <param name="content">The text, in UTF-8 without a byte order mark.</param>
    /// <param name="names">Columns known before, which come first.</param>
    public JsonLinesReader(Stream content, params IReadOnlyList<string> names)
        : base(content)
    {
        foreach (var name in names)
        {
            Find(name);
        }
    }

    public override IReadOnlyList<string> Names => _names;

    public override int Count => _names.Count;

    protected override bool IsBlank => _blank;

    public override ReadOnlySpan<byte> Cell(int index) =>
        _cells[index] is { } cell && cell.Record == _record ? _values.AsSpan(cell.Start, cell.Length) : default;

    public override bool IsText(int index) => _cells[index] is { IsText: true } cell && cell.Record == _record;

    public override string[] Texts() => [Encoding.UTF8.GetString(Record).TrimEnd('\r', '\n')];

    protected override (int Length, int Lines) Parse(ReadOnlySpan<byte> text, bool atEnd)
    {
        var end = text.IndexOf((byte)'\n');
        if (end < 0 && !atEnd)
        {
            return (0, 0);
        }

        var line = CellText.Trim(end < 0 ? text : text[..end]);
        _blank = line.IsEmpty;
        _record++;
        _used = 0;
        if (!_blank)
        {
            Take(line);
        }

        return (end < 0 ? text.Length : end + 1, 1);
    }

    private void Take(ReadOnlySpan<byte> line)
    {
        var reader = new Utf8JsonReader(line, Options);
        try
        {
            reader.Read();
            if (reader.TokenType is not JsonTokenType.StartObject)
            {
                Fault = "expected a JSON object, found something else";
                return;
            }

            TakeObject(ref reader, line, "");
            Fault ??= reader.Read() ? "something stands behind the JSON object" : null;
        }
        catch (JsonException exception)
        {
            Fault = $"this is not JSON: {exception.Message}";
        }
        catch (InvalidOperationException)
        {
            Fault = "a text has an escape that is half of a character";
        }
    }

    private void TakeObject(ref Utf8JsonReader reader, ReadOnlySpan<byte> line, string prefix)
    {
        for (var expected = 0; reader.Read() && reader.TokenType is JsonTokenType.PropertyName; expected++)
        {
            var column = prefix.Length == 0 ? FindSpelling(ref reader, expected) : -1;
            var name = column < 0 ? $"{prefix}{reader.GetString()}" : "";
            reader.Read();
            if (reader.TokenType is JsonTokenType.StartObject)
            {
                TakeObject(ref reader, line, $"{(column < 0 ? name : _names[column])}.");
                continue;
            }

            column = column < 0 ? Find(name) : column;
            if (_cells[column].Record == _record)
            {
                Fault = $"'{_names[column]}' is there twice";
            }

            TakeValue(ref reader, line, column);
        }
    }

    private void TakeValue(ref Utf8JsonReader reader, ReadOnlySpan<byte> line, int column)
    {
        var start = _used;
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                _used += reader.CopyString(Space(reader.ValueSpan.Length));
                break;
            case JsonTokenType.StartArray:
                var begin = (int)reader.TokenStartIndex;
                reader.Skip();
                Copy(line[begin..(int)reader.BytesConsumed]);
                break;
            case not JsonTokenType.Null:
                Copy(reader.ValueSpan);
                break;
        }

        _cells[column] = new Slot(_record, start, _used - start, reader.TokenType is JsonTokenType.String or JsonTokenType.EndArray);
    }

    /// <summary>The records of a file mostly have the same keys, spelled the same, in the same order.</summary>
    private int FindSpelling(ref Utf8JsonReader reader, int expected)
    {
        if (expected < _spellings.Count && reader.ValueTextEquals(_spellings[expected]))
        {
            return expected;
        }

        return -1;
    }

    private int Find(string name)
    {
        var normal = name.Trim().ToLowerInvariant();
        if (_index.TryGetValue(normal, out var column))
        {
            return column;
        }

        if (_names.Count == MostColumns)
        {
            throw MeshException.InvalidArgument($"The records have more than {MostColumns} different keys: are keys values here?");
        }

        _names.Add(normal);
        _spellings.Add(Encoding.UTF8.GetBytes(name));
        _index.Add(normal, _names.Count - 1);
        if (_cells.Length < _names.Count)
        {
            Array.Resize(ref _cells, _cells.Length * 2);
        }

        return _names.Count - 1;
    }

    private void Copy(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Space(bytes.Length));
        _used += bytes.Length;
    }

    private Span<byte> Space(int length)
    {
        if (_values.Length - _used < length)
        {
            Array.Resize(ref _values, Math.Max(_values.Length * 2, _used + length));
        }

        return _values.AsSpan(_used);
    }

    private readonly record struct Slot(int Record, int Start, int Length, bool IsText);
}
