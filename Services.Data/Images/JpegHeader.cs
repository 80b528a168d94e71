using System.Buffers.Binary;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Images;

/// <summary>What is known of a JPEG before its pixels are decoded.</summary>
/// <param name="Size">As declared.</param>
/// <param name="Components">1 = gray, 3 = color, 4 = CMYK.</param>
/// <param name="Orientation">As its EXIF data says.</param>
internal sealed record JpegHeader(PixelSize Size, int Components, Orientation Orientation)
{
    /// <summary>Progressive files of common programs have about ten; each is a pass over all pixels.</summary>
    private const int MostScans = 64;

    private const byte StartOfScan = 0xDA;

    private static ReadOnlySpan<byte> ScanMarker => [0xFF, StartOfScan];

    private static ReadOnlySpan<byte> ExifName => "Exif\0\0"u8;

    /// <summary>Reads the segments up to the first scan.</summary>
    /// <exception cref="MeshException">Not a JPEG, or one that would take too long.</exception>
    public static JpegHeader Read(ReadOnlySpan<byte> bytes)
    {
        var (frame, orientation) = (default(JpegHeader), Orientation.Upright);
        var hasExif = false;
        for (var rest = bytes[2..]; ;)
        {
            var marker = TakeSegment(ref rest, out var content);
            if (marker == StartOfScan)
            {
                CountScans(rest);
                return frame is null
                    ? throw Wrong("its pixels begin before their size is declared")
                    : frame with { Orientation = orientation };
            }

            // The first of a kind counts, as it does for Pillow.
            if (marker == 0xE1 && !hasExif && content.StartsWith(ExifName))
            {
                (hasExif, orientation) = (true, ExifReader.Orientation(content[ExifName.Length..]));
            }
            else if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
            {
                frame ??= ReadFrame(content);
            }
        }
    }

    public static MeshException Wrong(string what) => MeshException.InvalidArgument($"Expected a JPEG file, but {what}.");

    private static JpegHeader ReadFrame(ReadOnlySpan<byte> content)
    {
        if (content.Length < 6)
        {
            throw Wrong("its frame header is incomplete");
        }

        int height = BinaryPrimitives.ReadUInt16BigEndian(content[1..]), width = BinaryPrimitives.ReadUInt16BigEndian(content[3..]);
        return width > 0 && height > 0 && content[5] is 1 or 3 or 4
            ? new JpegHeader(new PixelSize(width, height), content[5], Orientation.Upright)
            : throw Wrong($"it declares {width} x {height} pixels of {content[5]} components");
    }

    /// <summary>A segment is 0xFF, a marker, and for most of them a length that counts itself.</summary>
    private static byte TakeSegment(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> content)
    {
        while (true)
        {
            var start = rest.IndexOf((byte)0xFF);
            var length = start < 0 ? -1 : rest[start..].IndexOfAnyExcept((byte)0xFF);
            if (length < 0)
            {
                throw Wrong("it is truncated: it ends before its pixels");
            }

            var marker = rest[start + length];
            rest = rest[(start + length + 1)..];
            if (marker is 0 or 0x01 or (>= 0xD0 and <= 0xD8))
            {
                continue;
            }

            int size = marker == 0xD9 || rest.Length < 2 ? 0 : BinaryPrimitives.ReadUInt16BigEndian(rest);
            if (size < 2 || size > rest.Length)
            {
                throw Wrong("it is truncated: it ends before its pixels");
            }

            content = rest[2..size];
            rest = rest[size..];
            return marker;
        }
    }

    /// <summary>Compressed pixels never contain a marker's two bytes.</summary>
    private static void CountScans(ReadOnlySpan<byte> rest)
    {
        var scans = 1 + rest.Count(ScanMarker);
        if (scans > MostScans)
        {
            throw MeshException.InvalidArgument(
                $"A JPEG file may have {MostScans} scans, found {scans}: decoding it would take too long. Save it again with any program.");
        }
    }
}
