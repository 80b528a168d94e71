using System.Globalization;

namespace Skipper.Shared.Engines.XGBoost;

/// <summary>Reads what the library says after a round.</summary>
internal static class RoundMetrics
{
    /// <summary>The value of each part, the last one decides when to stop; NaN where there is no number.</summary>
    /// <param name="text">Such as <c>[9]\ttrain-rmse:3.11\tvalidation-rmse:3.21</c>.</param>
    public static IReadOnlyList<(string Part, double Value)> Parse(string text) =>
    [
        .. text.Split('\t').Skip(1).Select(part => (
            part[..part.IndexOf('-', StringComparison.Ordinal)],
            double.TryParse(part.AsSpan(part.LastIndexOf(':') + 1), CultureInfo.InvariantCulture, out var value)
                ? value
                : double.NaN)),
    ];
}
