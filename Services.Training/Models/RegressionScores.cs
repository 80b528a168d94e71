using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Services.Training.Models;

/// <summary>The metrics of a regression by their names.</summary>
internal static class RegressionScores
{
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> Of(
        IReadOnlyDictionary<string, RegressionMetrics>? metrics) =>
        metrics?.ToDictionary(target => target.Key, target => (IReadOnlyDictionary<string, double>)Of(target.Value))
        ?? new Dictionary<string, IReadOnlyDictionary<string, double>>();

    private static Dictionary<string, double> Of(RegressionMetrics metrics)
    {
        var named = new Dictionary<string, double> { ["rmse"] = metrics.Rmse, ["mae"] = metrics.Mae };
        if (metrics.R2 is { } r2)
        {
            named["r2"] = r2;
        }

        return named;
    }
}
