using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Images;

/// <summary>Decodes PNG and JPEG, told apart by their first bytes, never by a name or a declared type.</summary>
internal static class ImageDecoder
{
    /// <summary>The pixels of a file.</summary>
    /// <param name="file">All its bytes.</param>
    /// <param name="limit">A file that declares more pixels is refused before memory is taken for them.</param>
    /// <param name="applyOrientation">Whether to turn the image as its EXIF data says.</param>
    /// <exception cref="MeshException">Not such a file, damaged, or too large.</exception>
    public static RgbImage Decode(ReadOnlyMemory<byte> file, long limit, bool applyOrientation)
    {
        RgbImage image;
        Orientation orientation;
        if (file.Span.StartsWith(PngFile.Signature))
        {
            var png = PngFile.Read(file);
            Limit(png.Header.Size, limit);
            (image, orientation) = (PngDecoder.Decode(png), png.Orientation);
        }
        else if (file.Span is [0xFF, 0xD8, 0xFF, ..])
        {
            var header = JpegHeader.Read(file.Span);
            Limit(header.Size, limit);
            (image, orientation) = (JpegDecoder.Decode(header, file.Span), header.Orientation);
        }
        else
        {
            var start = Convert.ToHexString(file.Span[..Math.Min(8, file.Length)]);
            throw MeshException.InvalidArgument(
                $"Expected a PNG or JPEG file, found {file.Length} bytes that begin with {(start.Length > 0 ? start : "nothing")}.");
        }

        return applyOrientation ? orientation.Undo(image) : image;
    }

    /// <summary>Refuses what would take too much memory, whatever its size on disk.</summary>
    public static void Limit(PixelSize size, long limit)
    {
        if (size.Count > limit)
        {
            throw MeshException.InvalidArgument(
                $"An image may have {limit} pixels, found {size}. Make it smaller, or raise {ImageOptions.Section}:MaxMegapixels.");
        }
    }
}
