using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Skipper.Services.Data.Images;
using Skipper.Testing;

namespace Skipper.Services.Data.Tests.Images;

/// <summary>Small images of every color type, and digests of what Pillow 9.4 makes of them (<c>Golden/make.py</c>).</summary>
public sealed class GoldenImagesTests
{
    private const long Limit = 20_000_000;
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Images", "Golden");

    public static TheoryData<string> Pngs => Names(".png");

    public static TheoryData<string> Jpegs => Names(".jpg");

    [Theory]
    [MemberData(nameof(Pngs))]
    public void A_png_gives_the_same_numbers_as_pillow(string file) => Compare(file);

    [Theory]
    [MemberData(nameof(Jpegs))]
    public void A_jpeg_gives_the_same_numbers_as_pillow(string file)
    {
        NativeLibraries.RequireTurboJpeg();
        Compare(file);
    }

    private static void Compare(string name)
    {
        var golden = Golden()[name];
        var file = File.ReadAllBytes(Path.Combine(Folder, name));
        var image = ImageDecoder.Decode(file, Limit, applyOrientation: false);

        Assert.Equal(golden.GetProperty("size").EnumerateArray().Select(side => side.GetInt32()), [image.Width, image.Height]);
        Assert.Equal(golden.GetProperty("rgb").GetString(), Digest(image.Pixels));
        Assert.Equal(golden.GetProperty("upright").GetString(), Digest(ImageDecoder.Decode(file, Limit, applyOrientation: true).Pixels));
        foreach (var preset in new[] { ImagePreset.Seed256, ImagePreset.ImageNet224 })
        {
            var array = new ImagePreprocessor(Limit).Run(file, preset, applyOrientation: false);
            var values = array.Values is byte[] bytes ? bytes : MemoryMarshal.AsBytes<float>(array.Get<float>());

            Assert.Equal(golden.GetProperty(preset.Name).GetString(), Digest(values));
        }
    }

    private static Dictionary<string, JsonElement> Golden() => JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(
        File.ReadAllText(Path.Combine(Folder, "golden.json")))!;

    private static TheoryData<string> Names(string extension) =>
        [.. Golden().Keys.Where(name => name.EndsWith(extension, StringComparison.Ordinal))];

    private static string Digest(ReadOnlySpan<byte> values) => Convert.ToHexStringLower(SHA256.HashData(values));
}
