using System.Text;

namespace Skipper.Shared.Engines.Trees;

/// <summary>
/// Reads a model that was saved as Universal Binary JSON (https://ubjson.org, draft 12): a marker per value, lengths
/// before texts and arrays, most significant byte first. No length is believed before so many bytes are there.
/// </summary>
internal sealed class UbjModelReader
{
    private const int DeepestNesting = 32;

    // A name of the file's own schema has at most some forty; names of features are texts, not names of members.
    private const int LongestName = 256;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlyMemory<byte> _file;
    private int _position;

    private UbjModelReader(ReadOnlyMemory<byte> file) => _file = file;

    /// <exception cref="InvalidDataException">Cut short, damaged, or nested too deeply.</exception>
    public static ModelNode Read(ReadOnlyMemory<byte> file)
    {
        var reader = new UbjModelReader(file);
        var node = reader.ReadValue(reader.NextMarker(), depth: 0);
        return reader._position == file.Length
            ? node
            : throw new InvalidDataException("There is something behind the end of the UBJ model.");
    }

    private ModelNode ReadValue(byte marker, int depth)
    {
        if (depth > DeepestNesting)
        {
            throw new InvalidDataException($"The UBJ model is nested more than {DeepestNesting} deep.");
        }

        return marker switch
        {
            (byte)'{' => ReadObject(depth),
            (byte)'[' => ReadArray(depth),
            (byte)'S' => ReadLength() is var length && length == 0 ? ModelNode.EmptyText : new ModelNode(ReadText(length)),
            (byte)'Z' => ModelNode.Null,
            _ => new ModelNode(ReadNumber(marker)),
        };
    }

    private ModelNode ReadObject(int depth)
    {
        Dictionary<string, ModelNode>? members = null;
        while (Peek() != '}')
        {
            var length = ReadLength();
            var name = length <= LongestName ? ReadText(length) : throw Damaged("a name that is too long");
            members ??= new Dictionary<string, ModelNode>(StringComparer.Ordinal);
            if (!members.TryAdd(name, ReadValue(NextMarker(), depth + 1)))
            {
                throw new InvalidDataException($"The UBJ model has the member '{name}' twice.");
            }
        }

        _position++;
        return members is null ? ModelNode.EmptyObject : new ModelNode(members);
    }

    private ModelNode ReadArray(int depth)
    {
        if (Peek() == '$')
        {
            _position++;
            return ReadPacked(NextMarker());
        }

        var (numbers, items, end) = (new List<double>(), new List<ModelNode>(), -1);
        if (Peek() == '#')
        {
            _position++;
            end = ReadLength();
        }

        while (end < 0 ? Peek() != ']' : numbers.Count + items.Count < end)
        {
            var marker = NextMarker();
            if (PackedNumbers.Size(marker) > 0 || marker is (byte)'T' or (byte)'F')
            {
                numbers.Add(ReadNumber(marker));
            }
            else
            {
                items.Add(ReadValue(marker, depth + 1));
            }
        }

        _position += end < 0 ? 1 : 0;
        return (numbers.Count, items.Count) switch
        {
            (0, 0) => ModelNode.EmptyArray,
            (_, 0) => new ModelNode(numbers.ToArray()),
            (0, _) => new ModelNode(items.ToArray()),
            _ => throw Damaged("an array of numbers and something else"),
        };
    }

    private ModelNode ReadPacked(byte marker)
    {
        var size = PackedNumbers.Size(marker);
        if (size == 0 || NextMarker() != '#')
        {
            throw Damaged("a typed array that is not one of numbers with a count");
        }

        var count = ReadLength(size);
        return count == 0 ? ModelNode.EmptyArray : new ModelNode(new PackedNumbers(marker, Take(count * size)));
    }

    private double ReadNumber(byte marker) => marker switch
    {
        (byte)'T' => 1,
        (byte)'F' => 0,
        _ when PackedNumbers.Size(marker) is > 0 and var size => PackedNumbers.Read(marker, Take(size).Span),
        _ => throw Damaged($"the marker 0x{marker:x2}"),
    };

    /// <summary>A count of elements, each of at least so many bytes, all of which are there.</summary>
    private int ReadLength(int size = 1)
    {
        var marker = NextMarker();
        var length = marker is (byte)'i' or (byte)'U' or (byte)'I' or (byte)'l' or (byte)'L' ? ReadNumber(marker) : -1;
        return length >= 0 && length * size <= _file.Length - _position
            ? (int)length
            : throw Damaged("a length beyond the end of the file");
    }

    private string ReadText(int length)
    {
        try
        {
            return Utf8.GetString(Take(length).Span);
        }
        catch (DecoderFallbackException exception)
        {
            throw new InvalidDataException("The UBJ model has a text that is not UTF-8.", exception);
        }
    }

    private byte Peek() => _position < _file.Length ? _file.Span[_position] : throw Damaged("its end too early");

    private byte NextMarker()
    {
        var marker = Peek();
        _position++;
        return marker;
    }

    private ReadOnlyMemory<byte> Take(int count)
    {
        if (count > _file.Length - _position)
        {
            throw Damaged("its end too early");
        }

        var taken = _file.Slice(_position, count);
        _position += count;
        return taken;
    }

    private InvalidDataException Damaged(string found) =>
        new($"The UBJ model is damaged: it has {found} at byte {_position}.");
}
