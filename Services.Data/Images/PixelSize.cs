namespace Skipper.Services.Data.Images;

/// <summary>Width and height in pixels.</summary>
internal readonly record struct PixelSize(int Width, int Height)
{
    public long Count => (long)Width * Height;

    public override string ToString() => $"{Width} x {Height}";
}

/// <summary>A rectangle of pixels.</summary>
internal readonly record struct PixelRegion(int Left, int Top, int Width, int Height)
{
    public static PixelRegion All(PixelSize size) => new(0, 0, size.Width, size.Height);
}
