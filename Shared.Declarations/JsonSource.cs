using System.Text;
using System.Text.Json;

namespace Skipper.Shared.Declarations;

/// <summary>
/// Reads JSON with positions. Not left to the YAML parser, which takes neither tabs nor names of more than 1024 characters.
/// </summary>
public ref struct JsonSource
{
    private readonly ReadOnlySpan<byte> _text;
    private Utf8JsonReader _reader;
    private int _line = 1;
    private int _lineStart;
    private int _seen;

    private JsonSource(ReadOnlySpan<byte> text, int maxDepth)
    {
        _text = text;
        _reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = maxDepth });
    }

    public static SourceNode Read(ReadOnlySpan<byte> text, int maxDepth)
    {
        var source = new JsonSource(text, maxDepth);
        try
        {
            source._reader.Read();
            var root = source.Node();
            source._reader.Read();
            return root;
        }
        catch (JsonException exception)
        {
            throw new SourceException(
                (int)(exception.LineNumber ?? 0) + 1,
                (int)(exception.BytePositionInLine ?? 0) + 1,
                $"This is not JSON: {exception.Message.Split(" LineNumber:")[0]}");
        }
        catch (InvalidOperationException exception)
        {
            var (line, column) = source.Position();
            throw new SourceException(line, column, $"This text is not valid Unicode: {exception.Message}");
        }
    }

    private SourceNode Node()
    {
        var (line, column) = Position();
        switch (_reader.TokenType)
        {
            case JsonTokenType.StartArray:
                var items = new List<SourceNode>();
                while (_reader.Read() && _reader.TokenType is not JsonTokenType.EndArray)
                {
                    items.Add(Node());
                }

                return new SourceList(items, line, column);
            case JsonTokenType.StartObject:
                var members = new List<SourceMember>();
                while (_reader.Read() && _reader.TokenType is not JsonTokenType.EndObject)
                {
                    var (nameLine, nameColumn) = Position();
                    var name = _reader.GetString()!;
                    _reader.Read();
                    members.Add(new SourceMember(name, Node(), nameLine, nameColumn));
                }

                return new SourceMap(members, line, column);
            case JsonTokenType.String:
                return new SourceScalar(JsonSerializer.SerializeToElement(_reader.GetString()), line, column);
            default:
                return new SourceScalar(JsonElement.ParseValue(ref _reader), line, column);
        }
    }

    /// <summary>Where the current token starts; tokens come in order, so that each byte is looked at once.</summary>
    private (int Line, int Column) Position()
    {
        var start = (int)_reader.TokenStartIndex;
        for (; _seen < start; _seen++)
        {
            if (_text[_seen] == (byte)'\n')
            {
                _line++;
                _lineStart = _seen + 1;
            }
        }

        return (_line, Encoding.UTF8.GetCharCount(_text[_lineStart..start]) + 1);
    }
}
