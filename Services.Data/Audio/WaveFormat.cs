using System.Buffers.Binary;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Audio;

internal enum WaveEncoding
{
    Unsigned8,
    Integer16,
    Integer24,
    Integer32,
    Float32,
    Float64,
    ALaw,
    MuLaw,
}

/// <summary>What the chunk <c>fmt</c> of a WAV file says.</summary>
internal readonly record struct WaveFormat(WaveEncoding Encoding, int Channels, int SampleRate, int BytesPerFrame)
{
    private const int ShortestChunk = 16;
    private const int ExtensibleChunk = 40;
    private const int Extensible = 0xFFFE;

    /// <summary>In an extensible format the real tag stands before these bytes, {0000xxxx-0000-0010-8000-00AA00389B71}.</summary>
    private static ReadOnlySpan<byte> SubFormatTail => [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71];

    public static WaveFormat Parse(ReadOnlySpan<byte> chunk)
    {
        if (chunk.Length < ShortestChunk)
        {
            throw MeshException.InvalidArgument(
                $"The fmt chunk of a WAV file has {ShortestChunk} bytes or more, found {chunk.Length}.");
        }

        int tag = BinaryPrimitives.ReadUInt16LittleEndian(chunk);
        int channels = BinaryPrimitives.ReadUInt16LittleEndian(chunk[2..]);
        var sampleRate = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
        int bytesPerFrame = BinaryPrimitives.ReadUInt16LittleEndian(chunk[12..]);
        int bits = BinaryPrimitives.ReadUInt16LittleEndian(chunk[14..]);
        if (tag == Extensible)
        {
            tag = SubFormat(chunk);
        }

        var encoding = (tag, bits) switch
        {
            (1, 8) => WaveEncoding.Unsigned8,
            (1, 16) => WaveEncoding.Integer16,
            (1, 24) => WaveEncoding.Integer24,
            (1, 32) => WaveEncoding.Integer32,
            (3, 32) => WaveEncoding.Float32,
            (3, 64) => WaveEncoding.Float64,
            (6, 8) => WaveEncoding.ALaw,
            (7, 8) => WaveEncoding.MuLaw,
            _ => throw MeshException.InvalidArgument(
                "A WAV file may hold PCM of 8, 16, 24 or 32 bits, floats of 32 or 64, A-law or mu-law; "
                + $"found format {tag} with {bits} bits. Convert it to PCM or FLAC."),
        };
        if (bytesPerFrame != channels * bits / 8)
        {
            throw MeshException.InvalidArgument(
                $"A WAV file with {channels} channels of {bits} bits has {channels * bits / 8} bytes in a frame, "
                + $"its header says {bytesPerFrame}.");
        }

        return new WaveFormat(encoding, channels, AudioLimits.CheckFile((long)sampleRate, channels), bytesPerFrame);
    }

    private static int SubFormat(ReadOnlySpan<byte> chunk)
    {
        if (chunk.Length < ExtensibleChunk || !chunk.Slice(26, 14).SequenceEqual(SubFormatTail))
        {
            throw MeshException.InvalidArgument(
                "A WAV file of the extensible format names PCM, floats, A-law or mu-law in its fmt chunk of 40 bytes; "
                + $"found {chunk.Length} bytes with another name. Convert it to PCM or FLAC.");
        }

        return BinaryPrimitives.ReadUInt16LittleEndian(chunk[24..]);
    }
}
