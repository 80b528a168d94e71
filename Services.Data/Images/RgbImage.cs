namespace Skipper.Services.Data.Images;

/// <summary>Decoded pixels: three bytes (red, green, blue) each, row after row from the top left.</summary>
internal sealed class RgbImage
{
    /// <summary>Readable bytes after the last pixel, so that vector code may load whole registers there.</summary>
    public const int Slack = 32;

    private readonly byte[] _bytes;

    /// <summary>An image whose pixels are not set yet.</summary>
    public RgbImage(int width, int height)
    {
        (Width, Height) = (width, height);
        _bytes = GC.AllocateUninitializedArray<byte>(checked((width * height * 3) + Slack));
    }

    public int Width { get; }

    public int Height { get; }

    public PixelSize Size => new(Width, Height);

    /// <summary>Bytes from one row to the next.</summary>
    public int Stride => Width * 3;

    public Span<byte> Pixels => _bytes.AsSpan(0, Stride * Height);

    /// <summary>The pixels and the slack behind them.</summary>
    public Span<byte> Padded => _bytes;

    public Span<byte> Row(int y) => _bytes.AsSpan(y * Stride, Stride);
}
