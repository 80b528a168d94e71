using System.Buffers.Binary;
using System.Text.Json;

namespace Skipper.Shared.Engines.XGBoost;

/// <summary>
/// Several byte strings in one: 8 bytes that say what it is, header length (4 bytes, little endian), JSON header, parts.
/// </summary>
internal static class PartsFile
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static byte[] Pack<THeader>(ReadOnlySpan<byte> magic, THeader header, IReadOnlyList<ReadOnlyMemory<byte>> parts)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(header, Json);
        var file = new byte[magic.Length + sizeof(int) + json.Length + parts.Sum(part => part.Length)];
        magic.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(magic.Length), json.Length);
        var position = magic.Length + sizeof(int);
        json.CopyTo(file, position);
        position += json.Length;
        foreach (var part in parts)
        {
            part.CopyTo(file.AsMemory(position));
            position += part.Length;
        }

        return file;
    }

    /// <summary>The header, and what is behind it.</summary>
    /// <param name="magic">What the file must begin with.</param>
    /// <param name="file">The file.</param>
    /// <param name="what">What it should be, for the error.</param>
    /// <param name="rest">The parts, see <see cref="Cut"/>.</param>
    /// <exception cref="InvalidDataException">Not such a file, cut short, or damaged.</exception>
    public static THeader Unpack<THeader>(
        ReadOnlySpan<byte> magic, ReadOnlyMemory<byte> file, string what, out ReadOnlyMemory<byte> rest)
        where THeader : class
    {
        var start = magic.Length + sizeof(int);
        if (file.Length < start || !file.Span.StartsWith(magic))
        {
            throw new InvalidDataException($"Expected an {what} of Skipper, found something else.");
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(file.Span[magic.Length..]);
        if (length < 0 || length > file.Length - start)
        {
            throw CutShort(what);
        }

        rest = file[(start + length)..];
        try
        {
            return JsonSerializer.Deserialize<THeader>(file.Span.Slice(start, length), Json)
                ?? throw new JsonException("it is null");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"The header of the {what} is damaged: {exception.Message}", exception);
        }
    }

    /// <exception cref="InvalidDataException">There is less or more than the lengths say.</exception>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Cut(ReadOnlyMemory<byte> rest, int[] lengths, string what)
    {
        var parts = new List<ReadOnlyMemory<byte>>(lengths.Length);
        foreach (var length in lengths)
        {
            if (length <= 0 || length > rest.Length)
            {
                throw CutShort(what);
            }

            parts.Add(rest[..length]);
            rest = rest[length..];
        }

        return rest.IsEmpty ? parts : throw new InvalidDataException($"The {what} is longer than its header says.");
    }

    private static InvalidDataException CutShort(string what) => new($"The {what} is shorter than its header says.");
}
