using System.Globalization;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Shared.Engines.Transforms;

/// <summary>ln(1 + value), exact also near 0.</summary>
public sealed record Log1pTransform : ColumnTransform
{
    public override void Apply(string column, CellValue value, Span<CellValue> results) => results[0] = value.Number <= -1
        ? throw MeshException.InvalidArgument(string.Create(
            CultureInfo.InvariantCulture, $"{column}: log1p takes numbers above -1, found {value.Number}."))
        : CellValue.Of(Log1p(value.Number));

    // Kahan's way: the rounding of 1 + x is in the divisor as well.
    private static double Log1p(double x)
    {
        var u = 1 + x;
        return u == 1 ? x : double.IsInfinity(u) ? u : Math.Log(u) * x / (u - 1);
    }
}
