using Skipper.Services.Data.Images;
using Skipper.Shared.Storage.Arrays;
using Skipper.Testing;

namespace Skipper.Services.Data.Tests.Images;

/// <summary>Arrays that Pillow 9.4 made of the images in <c>shared/data/images</c>.</summary>
public sealed class ReferenceImagesTests
{
    private const long Limit = 1_000_000;

    [Theory]
    [InlineData("palette_checker_301x203.png")]
    [InlineData("rgba_rings_257x511.png")]
    [InlineData("gray_small_123x77.png")]
    public void Pixels_of_a_png_are_those_of_pillow(string file)
    {
        var image = ImageDecoder.Decode(Bytes(file), Limit, applyOrientation: false);
        var expected = Expected(file, "rgb");

        Assert.Equal([image.Height, image.Width, 3], expected.Shape);
        Assert.Equal(expected.Get<byte>(), image.Pixels);
    }

    [Theory]
    [InlineData("gradient_lines_rgb_500x375.png")]
    [InlineData("palette_checker_301x203.png")]
    [InlineData("rgba_rings_257x511.png")]
    [InlineData("gray_small_123x77.png")]
    public void Presets_make_of_a_png_what_pillow_makes(string file)
    {
        Same(file, "seed256", ImagePreset.Seed256);
        Same(file, "imagenet224", ImagePreset.ImageNet224);
    }

    [Fact]
    public void Presets_make_of_a_jpeg_what_pillow_makes()
    {
        NativeLibraries.RequireTurboJpeg();
        const string File = "exif_orientation6_480x359.jpg";

        Assert.Equal(Expected(File, "rgb").Get<byte>(), ImageDecoder.Decode(Bytes(File), Limit, applyOrientation: false).Pixels);
        Same(File, "seed256", ImagePreset.Seed256);
        Same(File, "imagenet224", ImagePreset.ImageNet224);
        Same(File, "seed256_exif", ImagePreset.Seed256, applyOrientation: true);
    }

    /// <summary>Bit for bit: bytes, and floats too.</summary>
    private static void Same(string file, string kind, ImagePreset preset, bool applyOrientation = false)
    {
        var expected = Expected(file, kind);
        var actual = new ImagePreprocessor(Limit).Run(Bytes(file), preset, applyOrientation);

        Assert.Equal(expected.Shape, actual.Shape);
        Assert.Equal(expected.Values, actual.Values);
    }

    private static byte[] Bytes(string file) => File.ReadAllBytes(ReferenceData.Find($"images/{file}"));

    private static NpyArray Expected(string file, string kind)
    {
        using var array = new MemoryStream(Bytes($"{Path.GetFileNameWithoutExtension(file)}.{kind}.npy"));
        return NpyFile.ReadArray(array);
    }
}
