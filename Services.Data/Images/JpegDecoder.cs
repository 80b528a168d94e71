namespace Skipper.Services.Data.Images;

/// <summary>Decodes JPEG to the pixels that Pillow makes of it, gray and CMYK included.</summary>
internal static class JpegDecoder
{
    /// <summary>The only complaint that costs no pixel: bytes between two segments that belong to none.</summary>
    private const string Harmless = "extraneous bytes before marker";

    public static RgbImage Decode(JpegHeader header, ReadOnlySpan<byte> bytes)
    {
        var image = new RgbImage(header.Size.Width, header.Size.Height);
        if (header.Components == 4)
        {
            var inks = new byte[checked(header.Size.Width * header.Size.Height * 4)];
            Decode(header, bytes, TurboJpeg.CmykPixels, inks);
            Mix(inks, image.Pixels);
        }
        else
        {
            Decode(header, bytes, TurboJpeg.RgbPixels, image.Pixels);
        }

        return image;
    }

    private static void Decode(JpegHeader header, ReadOnlySpan<byte> bytes, int format, Span<byte> pixels)
    {
        var complaint = TurboJpeg.Instance.Decode(bytes, header.Size, format, pixels);
        if (complaint is not null && !complaint.Contains(Harmless, StringComparison.Ordinal))
        {
            throw JpegHeader.Wrong($"it cannot be decoded: {complaint}");
        }
    }

    /// <summary>Inks as Adobe's programs store them, inverted: 255 = none.</summary>
    private static void Mix(ReadOnlySpan<byte> inks, Span<byte> pixels)
    {
        for (int from = 0, to = 0; from < inks.Length; from += 4, to += 3)
        {
            var black = inks[from + 3];
            for (var i = 0; i < 3; i++)
            {
                pixels[to + i] = (byte)(black - Product(255 - inks[from + i], black));
            }
        }
    }

    /// <summary>The rounded product of two fractions of 255.</summary>
    private static int Product(int a, int b)
    {
        var product = (a * b) + 128;
        return (product + (product >> 8)) >> 8;
    }
}
