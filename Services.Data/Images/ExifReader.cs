using System.Buffers.Binary;

namespace Skipper.Services.Data.Images;

/// <summary>Finds the orientation in EXIF data, which is a small TIFF file.</summary>
internal static class ExifReader
{
    private const int OrientationTag = 0x0112;
    private const int ShortType = 3;
    private const int EntrySize = 12;

    /// <summary>The orientation; upright where the data does not say, or says nonsense.</summary>
    public static Orientation Orientation(ReadOnlySpan<byte> tiff)
    {
        if (tiff.Length < 8 || !(tiff.StartsWith("II*\0"u8) || tiff.StartsWith("MM\0*"u8)))
        {
            return Images.Orientation.Upright;
        }

        var bigEndian = tiff[0] == 'M';
        var directory = Number32(tiff[4..], bigEndian);
        if (directory > tiff.Length - 2)
        {
            return Images.Orientation.Upright;
        }

        var entries = tiff[((int)directory + 2)..];
        for (var left = Number16(tiff[(int)directory..], bigEndian); left > 0 && entries.Length >= EntrySize; left--)
        {
            if (Number16(entries, bigEndian) == OrientationTag && Number16(entries[2..], bigEndian) == ShortType)
            {
                var value = (Orientation)Number16(entries[8..], bigEndian);
                return Enum.IsDefined(value) ? value : Images.Orientation.Upright;
            }

            entries = entries[EntrySize..];
        }

        return Images.Orientation.Upright;
    }

    private static int Number16(ReadOnlySpan<byte> bytes, bool bigEndian) =>
        bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    private static uint Number32(ReadOnlySpan<byte> bytes, bool bigEndian) =>
        bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}
