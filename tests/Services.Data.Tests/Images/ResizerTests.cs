using System.Runtime.Intrinsics.X86;
using Skipper.Services.Data.Images;

namespace Skipper.Services.Data.Tests.Images;

public sealed class ResizerTests
{
    [Fact]
    public void Vector_and_plain_arithmetic_give_the_same_bytes()
    {
        Assert.SkipUnless(Avx2.IsSupported, "This processor has no AVX2.");
        var random = new Random(11);
        for (var round = 0; round < 60; round++)
        {
            var image = Noise(random, random.Next(1, 90), random.Next(1, 90));
            var size = new PixelSize(random.Next(1, 90), random.Next(1, 90));
            var region = Part(random, size);
            var filter = round % 2 == 0 ? ResampleFilter.Bilinear : ResampleFilter.Bicubic;

            Assert.Equal(
                new Resizer(vectors: false).Resize(image, size, region, filter).Pixels,
                new Resizer(vectors: true).Resize(image, size, region, filter).Pixels);
        }
    }

    [Fact]
    public void A_region_is_that_part_of_the_whole_result()
    {
        var random = new Random(12);
        for (var round = 0; round < 30; round++)
        {
            var image = Noise(random, random.Next(1, 60), random.Next(1, 60));
            var size = new PixelSize(random.Next(1, 60), random.Next(1, 60));
            var region = Part(random, size);

            var whole = Resizer.Default.Resize(image, size, PixelRegion.All(size), ResampleFilter.Bicubic);
            var part = Resizer.Default.Resize(image, size, region, ResampleFilter.Bicubic);

            Assert.Equal((region.Width, region.Height), (part.Width, part.Height));
            for (var y = 0; y < region.Height; y++)
            {
                Assert.Equal(whole.Row(region.Top + y).Slice(region.Left * 3, region.Width * 3), part.Row(y));
            }
        }
    }

    [Fact]
    public void One_color_stays_that_color_at_any_size()
    {
        var image = new RgbImage(31, 17);
        image.Pixels.Fill(201);
        foreach (var filter in new[] { ResampleFilter.Bilinear, ResampleFilter.Bicubic })
        {
            foreach (var size in new PixelSize[] { new(1, 1), new(7, 90), new(90, 7), new(64, 64) })
            {
                var resized = Resizer.Default.Resize(image, size, PixelRegion.All(size), filter);

                Assert.Equal(-1, resized.Pixels.IndexOfAnyExcept((byte)201));
            }
        }
    }

    [Fact]
    public void The_same_size_is_the_same_image()
    {
        var image = Noise(new Random(13), 20, 10);

        Assert.Same(image, Resizer.Default.Resize(image, image.Size, PixelRegion.All(image.Size), ResampleFilter.Bicubic));
    }

    private static RgbImage Noise(Random random, int width, int height)
    {
        var image = new RgbImage(width, height);
        random.NextBytes(image.Pixels);
        return image;
    }

    private static PixelRegion Part(Random random, PixelSize size)
    {
        var (left, top) = (random.Next(size.Width), random.Next(size.Height));
        return new PixelRegion(left, top, random.Next(1, size.Width - left + 1), random.Next(1, size.Height - top + 1));
    }
}
