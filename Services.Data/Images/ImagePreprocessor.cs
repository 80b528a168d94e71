using Skipper.Shared.Storage.Arrays;

namespace Skipper.Services.Data.Images;

/// <summary>Makes arrays of image files, with the numbers that Pillow and NumPy give.</summary>
internal sealed class ImagePreprocessor(long pixelLimit)
{
    // Red, green, blue: the statistics of ImageNet's training set that its models expect.
    private static readonly float[] Means = [0.485f, 0.456f, 0.406f];
    private static readonly float[] Deviations = [0.229f, 0.224f, 0.225f];

    /// <summary>The normalized value of each byte, for each channel: the same three float32 operations that NumPy does per pixel.</summary>
    private static readonly float[][] Normalized =
        [.. Means.Zip(Deviations, (mean, deviation) =>
            Enumerable.Range(0, 256).Select(value => ((value / 255f) - mean) / deviation).ToArray())];

    /// <summary>Decodes a PNG or JPEG, resizes, crops and normalizes as the preset says.</summary>
    /// <param name="file">All bytes of the file.</param>
    /// <param name="preset">What to make of it.</param>
    /// <param name="applyOrientation">Whether to turn the image upright first, as its EXIF data says.</param>
    public NpyArray Run(ReadOnlyMemory<byte> file, ImagePreset preset, bool applyOrientation)
    {
        var image = ImageDecoder.Decode(file, pixelLimit, applyOrientation);
        var resized = ImagePreset.Resized(image.Size);
        var region = preset.Region(resized);
        ImageDecoder.Limit(new PixelSize(region.Width, region.Height), pixelLimit);
        var part = Resizer.Default.Resize(image, resized, region, preset.Filter);
        return preset.Crop is null
            ? new NpyArray(part.Pixels.ToArray(), part.Height, part.Width, 3)
            : new NpyArray(Planes(part), 1, 3, part.Height, part.Width);
    }

    private static float[] Planes(RgbImage image)
    {
        var pixels = image.Pixels;
        var size = image.Width * image.Height;
        var result = GC.AllocateUninitializedArray<float>(3 * size);
        for (var channel = 0; channel < 3; channel++)
        {
            var table = Normalized[channel];
            var plane = result.AsSpan(channel * size, size);
            for (int i = 0, at = channel; i < plane.Length; i++, at += 3)
            {
                plane[i] = table[pixels[at]];
            }
        }

        return result;
    }
}
