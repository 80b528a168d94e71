using System.Buffers.Binary;
using System.Text;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Audio;

/// <summary>Finds format and samples among the chunks of a WAV file: RIFF, or RF64 and BW64 with sizes of 64 bits.</summary>
/// <param name="Format">What the samples are.</param>
/// <param name="Start">Where the first sample is.</param>
/// <param name="Length">Bytes of whole frames.</param>
internal readonly record struct WaveHeader(WaveFormat Format, int Start, int Length)
{
    private const int RiffHeader = 12;
    private const int ChunkHeader = 8;

    /// <summary>Programs that write to a pipe cannot return to fill in a size; they write the largest they know.</summary>
    private const uint SmallestUnknownSize = 0x7FFF_F000;

    public static bool Matches(ReadOnlySpan<byte> file) =>
        file.Length >= RiffHeader && IsRiff(file) && file[8..].StartsWith("WAVE"u8);

    public static WaveHeader Parse(ReadOnlySpan<byte> file)
    {
        WaveFormat? format = null;
        long? size64 = null;
        // A chunk of an odd size is followed by one byte that belongs to none.
        for (long at = RiffHeader; at + ChunkHeader <= file.Length;)
        {
            var name = file.Slice((int)at, 4);
            var size = BinaryPrimitives.ReadUInt32LittleEndian(file[((int)at + 4)..]);
            at += ChunkHeader;
            var rest = file[(int)at..];
            if (name.SequenceEqual("data"u8))
            {
                return Samples(
                    file, format ?? throw MeshException.InvalidArgument("A WAV file has its fmt chunk before its samples; there is none."),
                    (int)at, size64 is { } length && size == uint.MaxValue ? length : size);
            }

            if (size > rest.Length)
            {
                throw MeshException.InvalidArgument(
                    $"A WAV file ends within its chunk '{Printable(name)}': {size} bytes expected, {rest.Length} found.");
            }

            if (name.SequenceEqual("fmt "u8))
            {
                format = WaveFormat.Parse(rest[..(int)size]);
            }
            else if (name.SequenceEqual("ds64"u8) && size >= 16)
            {
                size64 = BinaryPrimitives.ReadInt64LittleEndian(rest[8..]);
            }

            at += size + (size & 1L);
        }

        throw MeshException.InvalidArgument("A WAV file has a chunk 'data' with its samples; this one ends without.");
    }

    private static WaveHeader Samples(ReadOnlySpan<byte> file, WaveFormat format, int start, long size)
    {
        var rest = file.Length - start;
        if (size <= 0 || size > rest)
        {
            size = IsUnknown(file, size, start)
                ? rest
                : throw MeshException.InvalidArgument(
                    $"A WAV file is cut off, or has no samples: its header says {size} bytes of samples, {rest} are there. "
                    + "Upload the whole file.");
        }

        return new WaveHeader(format, start, (int)(size - (size % format.BytesPerFrame)));
    }

    /// <summary>
    /// Whether the size was never filled in. A size of 0 is that only where the size of the whole file was not filled in either.
    /// </summary>
    private static bool IsUnknown(ReadOnlySpan<byte> file, long size, int start)
    {
        var whole = BinaryPrimitives.ReadUInt32LittleEndian(file[4..]);
        return size == 0
            ? whole >= SmallestUnknownSize || whole + ChunkHeader <= start
            : size is >= SmallestUnknownSize and <= uint.MaxValue;
    }

    private static bool IsRiff(ReadOnlySpan<byte> file) =>
        file.StartsWith("RIFF"u8) || file.StartsWith("RF64"u8) || file.StartsWith("BW64"u8);

    private static string Printable(ReadOnlySpan<byte> name) =>
        string.Concat(Encoding.Latin1.GetString(name).Select(c => char.IsAsciiLetterOrDigit(c) ? c : '?'));
}
