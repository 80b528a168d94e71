using Skipper.Shared.Storage.Arrays;

namespace Skipper.Services.Data.Images;

/// <summary>What a preset makes of an image: bytes or float32, exactly one of them.</summary>
/// <param name="Shape">Sizes, outermost first.</param>
/// <param name="Bytes">Values of a uint8 array.</param>
/// <param name="Floats">Values of a float32 array.</param>
internal sealed record ImageArray(int[] Shape, ReadOnlyMemory<byte>? Bytes, ReadOnlyMemory<float>? Floats)
{
    /// <summary>The name NumPy has for the type of the values.</summary>
    public string Type => Bytes is null ? "float32" : "uint8";

    /// <summary>Writes a .npy file.</summary>
    public void Write(Stream stream)
    {
        if (Bytes is { } bytes)
        {
            NpyFile.Write(stream, bytes.Span, Shape);
        }
        else if (Floats is { } floats)
        {
            NpyFile.Write(stream, floats.Span, Shape);
        }
    }
}
