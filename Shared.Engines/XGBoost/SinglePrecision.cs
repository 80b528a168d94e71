using Skipper.Shared.Storage.Arrays;

namespace Skipper.Shared.Engines.XGBoost;

/// <summary>Narrows to the library's number type.</summary>
internal static class SinglePrecision
{
    // The library refuses infinities. Trees compare only, so the largest float takes the same branches.
    public static float Of(double value)
    {
        var narrow = (float)value;
        return float.IsInfinity(narrow) ? MathF.CopySign(float.MaxValue, narrow) : narrow;
    }

    public static void Copy(Matrix matrix, Span<float> target)
    {
        var values = matrix.Values;
        target = target[..values.Length];
        for (var i = 0; i < target.Length; i++)
        {
            target[i] = Of(values[i]);
        }
    }

    public static float[] All(Matrix matrix)
    {
        var values = GC.AllocateUninitializedArray<float>(matrix.Values.Length);
        Copy(matrix, values);
        return values;
    }

    public static float[] Column(Matrix matrix, int column)
    {
        var values = new float[matrix.Rows];
        for (var row = 0; row < values.Length; row++)
        {
            values[row] = Of(matrix[row, column]);
        }

        return values;
    }
}
