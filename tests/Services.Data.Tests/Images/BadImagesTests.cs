using System.Buffers.Binary;
using System.IO.Compression;
using Skipper.Services.Data.Images;
using Skipper.Shared.Messaging.Errors;
using Skipper.Testing;

namespace Skipper.Services.Data.Tests.Images;

public sealed class BadImagesTests
{
    private const long Limit = 1_000_000;
    private static readonly byte[] Scan = [0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0];

    [Fact]
    public void What_is_neither_png_nor_jpeg_is_refused_with_its_first_bytes()
    {
        Assert.Contains("begin with 474946383961", Refusal([.. "GIF89a"u8]), StringComparison.Ordinal);
        Assert.Contains("begin with nothing", Refusal([]), StringComparison.Ordinal);
    }

    [Fact]
    public void More_pixels_than_allowed_are_refused_before_memory_is_taken()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Contains("1000000 pixels, found 60000 x 60000", Refusal(TestPng.Write(60_000, 60_000, 2, 8, [0])), StringComparison.Ordinal);
        Assert.Contains("found 65535 x 65535", Refusal([.. Jpeg(65_535, 65_535), .. Scan]), StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void A_header_that_promises_more_than_its_data_can_hold_is_refused_before_memory_is_taken()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Contains("has only", Refusal(TestPng.Write(1000, 1000, 6, 16, [0, 0, 0])), StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Theory]
    [InlineData(0, 1, 2, 8, "0 x 1 pixels")]
    [InlineData(1, 0, 2, 8, "1 x 0 pixels")]
    [InlineData(1, 1, 2, 4, "color type 2 with 4 bits")]
    [InlineData(1, 1, 5, 8, "color type 5 with 8 bits")]
    [InlineData(1, 1, 3, 8, "palette is missing")]
    public void A_png_header_that_the_format_does_not_allow_is_refused(int width, int height, byte color, byte depth, string reason)
    {
        Assert.Contains(reason, Refusal(TestPng.Write(width, height, color, depth, [0, 0, 0, 0])), StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_header_is_noticed_by_its_checksum()
    {
        var file = TestPng.Write(1, 1, 0, 8, [0, 7]);
        file[19] ^= 2;

        Assert.Contains("checksum of its chunk IHDR is wrong", Refusal(file), StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_pixels_are_noticed_by_their_checksum()
    {
        // Stored without compression: the change is to a pixel, and everything still decompresses.
        var file = TestPng.Write(2, 2, 0, 8, [0, 10, 20, 0, 30, 40], CompressionLevel.NoCompression);
        var pixel = file.AsSpan().IndexOf<byte>([0, 30, 40]);
        file[pixel + 1] = 31;

        Assert.Contains("cannot be decompressed", Refusal(file), StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_filter_is_refused() =>
        Assert.Contains("filter 5", Refusal(TestPng.Write(1, 1, 0, 8, [5, 0])), StringComparison.Ordinal);

    [Fact]
    public void Too_few_rows_are_a_truncated_file() =>
        Assert.Contains("truncated", Refusal(TestPng.Write(1, 3, 0, 8, [0, 1, 0, 2])), StringComparison.Ordinal);

    [Fact]
    public void A_color_outside_the_palette_is_refused()
    {
        var file = TestPng.Write(2, 1, 3, 8, [0, 1, 2], palette: [1, 2, 3, 4, 5, 6]);

        Assert.Contains("color 2 of a palette of 2", Refusal(file), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("c2d8i_17x21.png")]
    [InlineData("c3d4i_22x9.png")]
    public void Every_beginning_of_a_png_is_refused(string name)
    {
        var file = File.ReadAllBytes(Golden(name));
        for (var length = 0; length < file.Length; length++)
        {
            Refusal(file[..length]);
        }
    }

    [Fact]
    public void Every_beginning_of_a_jpeg_is_refused()
    {
        NativeLibraries.RequireTurboJpeg();
        foreach (var name in new[] { "420_34x6.jpg", "444_progressive_34x6.jpg", "exif4_34x6.jpg" })
        {
            var file = File.ReadAllBytes(Golden(name));
            for (var length = 0; length < file.Length; length++)
            {
                Refusal(file[..length]);
            }
        }
    }

    [Fact]
    public void Any_changed_byte_gives_an_image_or_a_refusal()
    {
        var random = new Random(5);
        foreach (var path in Directory.EnumerateFiles(Path.GetDirectoryName(Golden("x"))!, "*_*.*g").Order(StringComparer.Ordinal))
        {
            if (path.EndsWith(".jpg", StringComparison.Ordinal) && !TurboJpeg.IsInstalled)
            {
                continue;
            }

            var file = File.ReadAllBytes(path);
            for (var round = 0; round < 60; round++)
            {
                var damaged = file.ToArray();
                for (var change = 0; change <= round % 3; change++)
                {
                    damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
                }

                try
                {
                    var image = ImageDecoder.Decode(damaged, Limit, applyOrientation: true);
                    Assert.InRange(image.Size.Count, 1, Limit);
                }
                catch (MeshException exception)
                {
                    Assert.Equal(ErrorCode.InvalidArgument, exception.Code);
                }
            }
        }
    }

    [Fact]
    public void A_jpeg_of_a_thousand_scans_is_refused()
    {
        byte[] scans = [.. Enumerable.Repeat(Scan, 1000).SelectMany(scan => scan)];

        Assert.Contains("64 scans, found 1000", Refusal([.. Jpeg(8, 8), .. scans]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_of_pixels_that_would_grow_beyond_the_limit_is_refused()
    {
        var file = TestPng.Write(100_000, 1, 0, 8, new byte[100_001]);
        var error = Assert.Throws<MeshException>(() => new ImagePreprocessor(Limit).Run(file, ImagePreset.Seed256, false));

        Assert.Contains("found 25600000 x 256", error.Message, StringComparison.Ordinal);
        Assert.Equal([1, 3, 224, 224], new ImagePreprocessor(Limit).Run(file, ImagePreset.ImageNet224, false).Shape);
    }

    [Fact]
    public void An_unknown_preset_is_refused_with_those_there_are()
    {
        var error = Assert.Throws<MeshException>(() => ImagePreset.Find("clip"));

        Assert.Contains("'clip'. Use one of: seed-256, imagenet-224", error.Message, StringComparison.Ordinal);
    }

    private static string Refusal(byte[] file)
    {
        var error = Assert.Throws<MeshException>(() => ImageDecoder.Decode(file, Limit, applyOrientation: true));
        Assert.Equal(ErrorCode.InvalidArgument, error.Code);
        return error.Message;
    }

    private static string Golden(string name) => Path.Combine(AppContext.BaseDirectory, "Images", "Golden", name);

    /// <summary>The beginning of a JPEG, up to its frame header.</summary>
    private static byte[] Jpeg(int width, int height)
    {
        byte[] file = [0xFF, 0xD8, 0xFF, 0xC0, 0, 11, 8, 0, 0, 0, 0, 1, 1, 0x11, 0];
        BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(7), (ushort)height);
        BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(9), (ushort)width);
        return file;
    }
}
