namespace Skipper.Shared.Storage.Arrays;

/// <summary>Reads and writes NumPy's .npy format, version 1.0 (numpy/lib/format.py).</summary>
public static class NpyFile
{
    /// <summary>Writes a row-major float64 matrix.</summary>
    public static void Write(Stream stream, Matrix matrix) => throw new NotSupportedException($"{stream} {matrix}");

    /// <summary>Reads a float64 or float32 matrix of one or two dimensions, in either order.</summary>
    /// <exception cref="InvalidDataException">Not such a file; says what was found.</exception>
    public static Matrix Read(Stream stream) => throw new NotSupportedException($"{stream}");
}
