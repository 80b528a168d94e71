namespace Skipper.Services.Data.Images;

/// <summary>Turns images upright.</summary>
internal static class Orientations
{
    /// <summary>The image as it should be seen; the same image where there is nothing to do.</summary>
    public static RgbImage Undo(this Orientation orientation, RgbImage image)
    {
        // Where source pixel (x, y) goes: x and y swap for the last four, and either may count backwards.
        var (swap, mirrorX, mirrorY) = orientation switch
        {
            Orientation.Mirrored => (false, true, false),
            Orientation.UpsideDown => (false, true, true),
            Orientation.Flipped => (false, false, true),
            Orientation.Transposed => (true, false, false),
            Orientation.TurnedLeft => (true, true, false),
            Orientation.Transverse => (true, true, true),
            Orientation.TurnedRight => (true, false, true),
            _ => (false, false, false),
        };
        return (swap, mirrorX, mirrorY) == default ? image : Move(image, swap, mirrorX, mirrorY);
    }

    private static RgbImage Move(RgbImage image, bool swap, bool mirrorX, bool mirrorY)
    {
        var result = swap ? new RgbImage(image.Height, image.Width) : new RgbImage(image.Width, image.Height);
        var target = result.Pixels;

        // Along a source row the target moves by a pixel or by a row, forwards or backwards.
        var stepX = swap ? result.Stride : 3;
        var stepY = swap ? 3 : result.Stride;
        var (backwardsX, backwardsY) = swap ? (mirrorY, mirrorX) : (mirrorX, mirrorY);
        var start = (backwardsX ? (image.Width - 1) * stepX : 0) + (backwardsY ? (image.Height - 1) * stepY : 0);
        var (dx, dy) = (backwardsX ? -stepX : stepX, backwardsY ? -stepY : stepY);
        for (var y = 0; y < image.Height; y++)
        {
            var source = image.Row(y);
            var at = start + (y * dy);
            for (var x = 0; x < source.Length; x += 3, at += dx)
            {
                target[at] = source[x];
                target[at + 1] = source[x + 1];
                target[at + 2] = source[x + 2];
            }
        }

        return result;
    }
}
