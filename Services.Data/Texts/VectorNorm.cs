namespace Skipper.Services.Data.Texts;

/// <summary>What the values of a row are divided by.</summary>
internal enum VectorNorm
{
    None,

    /// <summary>The sum of their absolute values.</summary>
    L1,

    /// <summary>The square root of the sum of their squares.</summary>
    L2,
}

internal static class VectorNorms
{
    /// <summary>Divides the values by their norm; a row of zeros stays as it is.</summary>
    public static void Apply(this VectorNorm norm, Span<double> values)
    {
        var size = 0.0;
        foreach (var value in values)
        {
            size += norm == VectorNorm.L1 ? Math.Abs(value) : value * value;
        }

        size = norm == VectorNorm.L2 ? Math.Sqrt(size) : size;
        if (norm == VectorNorm.None || size == 0)
        {
            return;
        }

        foreach (ref var value in values)
        {
            value /= size;
        }
    }
}
