using MathNet.Numerics;
using MathNet.Numerics.Distributions;

namespace Skipper.Shared.Engines.Statistics;

/// <summary>The chi-square distribution.</summary>
public static class ChiSquare
{
    /// <summary>The probability that a chi-square variable is at least <paramref name="statistic"/>.</summary>
    public static double Tail(double statistic, int degreesOfFreedom) => degreesOfFreedom < 1 || statistic <= 0
        ? 1
        : SpecialFunctions.GammaUpperRegularized(degreesOfFreedom / 2.0, statistic / 2);

    /// <summary>What a chi-square variable reaches or exceeds with this probability; 0 without degrees of freedom.</summary>
    public static double Critical(double probability, int degreesOfFreedom) =>
        degreesOfFreedom < 1 ? 0 : ChiSquared.InvCDF(degreesOfFreedom, 1 - probability);
}
