using MathNet.Numerics;

namespace Skipper.Shared.Engines.Linear;

/// <summary>What theory says about a line, as it stands in the model file.</summary>
internal sealed record LinearStatistics
{
    /// <summary>Of the intercept, then of each coefficient; null where there is none.</summary>
    public double?[]? StandardErrors { get; init; }

    public int? DegreesOfFreedom { get; init; }

    public double? ResidualStandardError { get; init; }

    public double? RSquared { get; init; }

    public static LinearStatistics From(LinearFit fit) => new()
    {
        StandardErrors = fit.StandardErrors?.Select(Finite).ToArray(),
        DegreesOfFreedom = fit.DegreesOfFreedom,
        ResidualStandardError = Finite(fit.ResidualStandardError),
        RSquared = Finite(fit.RSquared),
    };

    /// <param name="number">0 = intercept, then the features.</param>
    /// <param name="estimate">The coefficient.</param>
    public Coefficient Coefficient(int number, double estimate)
    {
        var error = StandardErrors?[number];
        if (error is not > 0)
        {
            return new Coefficient(estimate, error, null, null);
        }

        var statistic = estimate / error.Value;
        return new Coefficient(estimate, error, statistic, PValue(statistic));
    }

    // Student's t by the incomplete beta function: P(|T| > t) = I(df / (df + t²); df / 2, 1 / 2). Normal: erfc(|z| / √2).
    private double PValue(double statistic) => DegreesOfFreedom is { } freedom
        ? SpecialFunctions.BetaRegularized(freedom / 2.0, 0.5, freedom / (freedom + (statistic * statistic)))
        : SpecialFunctions.Erfc(Math.Abs(statistic) / Constants.Sqrt2);

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;

    private static double? Finite(double? value) => value is { } number ? Finite(number) : null;
}
