namespace Skipper.Services.Data.Drift;

/// <summary>How likely a distance is between two samples of one distribution.</summary>
internal static class Probability
{
    /// <summary>
    /// That the distribution functions of samples of n and m are at least so far apart: Kolmogorov's limit with Stephens' correction
    /// for small samples (J. Royal Statistical Society B 32, 1970), good from about n * m / (n + m) = 4 on.
    /// </summary>
    public static double KolmogorovSmirnovTail(double distance, long n, long m)
    {
        var root = Math.Sqrt((double)n * m / (n + m));
        return KolmogorovTail((root + 0.12 + (0.11 / root)) * distance);
    }

    /// <summary>Makes probabilities of several questions asked at once comparable with one threshold (Holm 1979).</summary>
    public static double[] Holm(IReadOnlyList<double> probabilities)
    {
        var order = Enumerable.Range(0, probabilities.Count).OrderBy(i => probabilities[i]).ToArray();
        var adjusted = new double[probabilities.Count];
        var largest = 0.0;
        for (var rank = 0; rank < order.Length; rank++)
        {
            largest = Math.Max(largest, Math.Min(1, probabilities[order[rank]] * (order.Length - rank)));
            adjusted[order[rank]] = largest;
        }

        return adjusted;
    }

    private static double KolmogorovTail(double lambda)
    {
        if (lambda < 0.2)
        {
            return 1;
        }

        var sum = 0.0;
        if (lambda < 1.18)
        {
            // The other form of the same function: here the usual series needs ever more terms.
            for (var k = 1; k <= 7; k += 2)
            {
                sum += Math.Exp(-k * k * Math.PI * Math.PI / (8 * lambda * lambda));
            }

            return 1 - (Math.Sqrt(2 * Math.PI) / lambda * sum);
        }

        for (var k = 1; k <= 5; k++)
        {
            sum += (k % 2 == 1 ? 2 : -2) * Math.Exp(-2 * k * k * lambda * lambda);
        }

        return Math.Clamp(sum, 0, 1);
    }
}
