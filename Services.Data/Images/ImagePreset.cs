using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Images;

/// <summary>A way to make an array of an image, with a name that stands for exactly one arithmetic.</summary>
/// <param name="Name">As requests write it.</param>
/// <param name="Filter">How pixels are weighed when the shortest side becomes 256.</param>
/// <param name="Crop">Side of the square that is cut from the middle; absent = the whole image.</param>
internal sealed record ImagePreset(string Name, ResampleFilter Filter, int? Crop)
{
    private const int ShortestSide = 256;

    /// <summary>Shortest side 256 by Pillow's BICUBIC; bytes, shape (height, width, 3).</summary>
    public static readonly ImagePreset Seed256 = new("seed-256", ResampleFilter.Bicubic, null);

    /// <summary>
    /// Shortest side 256 by BILINEAR, middle 224 x 224, (value / 255 - mean) / deviation; float32, shape (1, 3, 224, 224): what
    /// torchvision does with PIL images for models trained on ImageNet.
    /// </summary>
    public static readonly ImagePreset ImageNet224 = new("imagenet-224", ResampleFilter.Bilinear, 224);

    private static readonly ImagePreset[] All = [Seed256, ImageNet224];

    /// <exception cref="MeshException">There is no such preset; says which there are.</exception>
    public static ImagePreset Find(string name) =>
        All.FirstOrDefault(preset => preset.Name == name) ?? throw MeshException.InvalidArgument(
            $"There is no image preset '{name}'. Use one of: {string.Join(", ", All.Select(preset => preset.Name))}.");

    /// <summary>The size of the whole resized image.</summary>
    public static PixelSize Resized(PixelSize size)
    {
        var longest = (long)ShortestSide * Math.Max(size.Width, size.Height) / Math.Min(size.Width, size.Height);
        if (longest > int.MaxValue)
        {
            throw MeshException.InvalidArgument(
                $"An image of {size} is too long for its width: it cannot be given a side of {ShortestSide}.");
        }

        return size.Width < size.Height ? new PixelSize(ShortestSide, (int)longest) : new PixelSize((int)longest, ShortestSide);
    }

    /// <summary>The part of the resized image that is kept.</summary>
    public PixelRegion Region(PixelSize resized) => Crop is { } side
        ? new PixelRegion(Middle(resized.Width, side), Middle(resized.Height, side), side, side)
        : PixelRegion.All(resized);

    /// <summary>A half is rounded to the even neighbor, as Python does.</summary>
    private static int Middle(int size, int side) => (int)Math.Round((size - side) / 2.0, MidpointRounding.ToEven);
}
