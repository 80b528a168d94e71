using Skipper.Services.Data.Profiles;

namespace Skipper.Services.Data.Drift;

/// <summary>How far two distributions are apart. Reference first; counts are of the same bins or categories in the same order.</summary>
internal static class Distances
{
    /// <summary>Jensen-Shannon distance: the square root of the divergence in bits; 0 = equal, 1 = nothing in common.</summary>
    public static double JensenShannon(ReadOnlySpan<long> reference, ReadOnlySpan<long> current)
    {
        var (n, m) = (Sum(reference), Sum(current));
        var divergence = 0.0;
        for (var bin = 0; bin < reference.Length; bin++)
        {
            var (r, c) = ((double)reference[bin] / n, (double)current[bin] / m);
            var middle = (r + c) / 2;
            divergence += (Part(r, middle) + Part(c, middle)) / 2;
        }

        return Math.Sqrt(Math.Max(divergence, 0));

        static double Part(double share, double middle) => share == 0 ? 0 : share * Math.Log2(share / middle);
    }

    /// <summary>Pearson's chi-square of the table of two rows, without correction, and its degrees of freedom.</summary>
    public static (double Statistic, int DegreesOfFreedom) ChiSquare(ReadOnlySpan<long> reference, ReadOnlySpan<long> current)
    {
        var (n, m) = (Sum(reference), Sum(current));
        var (statistic, used) = (0.0, 0);
        for (var bin = 0; bin < reference.Length; bin++)
        {
            var both = (double)(reference[bin] + current[bin]);
            if (both == 0)
            {
                continue;
            }

            used++;
            var expected = both * n / (n + m);
            statistic += Square(reference[bin] - expected) / expected;
            expected = both * m / (n + m);
            statistic += Square(current[bin] - expected) / expected;
        }

        return (statistic, used - 1);

        static double Square(double value) => value * value;
    }

    /// <summary>Kolmogorov and Smirnov: the largest distance between the two distribution functions.</summary>
    public static double KolmogorovSmirnov(WeightedValues reference, WeightedValues current)
    {
        var largest = 0.0;
        Walk(reference, current, (distance, _) => largest = Math.Max(largest, distance));
        return largest;
    }

    /// <summary>Wasserstein's first distance: the area between the two distribution functions, in the unit of the values.</summary>
    public static double Wasserstein(WeightedValues reference, WeightedValues current)
    {
        var area = 0.0;
        Walk(reference, current, (distance, width) => area += distance * width);
        return area;
    }

    /// <summary>Gives, for each step of both distribution functions together, their distance there and how far it reaches.</summary>
    private static void Walk(WeightedValues reference, WeightedValues current, Action<double, double> visit)
    {
        var (n, m) = ((double)reference.Count, (double)current.Count);
        var (i, j) = (0, 0);
        var (r, c) = (0L, 0L);
        while (i < reference.Values.Length || j < current.Values.Length)
        {
            var value = Math.Min(At(reference, i), At(current, j));
            for (; At(reference, i) == value && i < reference.Values.Length; i++)
            {
                r += reference.Weights[i];
            }

            for (; At(current, j) == value && j < current.Values.Length; j++)
            {
                c += current.Weights[j];
            }

            var next = Math.Min(At(reference, i), At(current, j));
            visit(Math.Abs((r / n) - (c / m)), double.IsInfinity(next) ? 0 : next - value);
        }

        static double At(WeightedValues values, int place) =>
            place < values.Values.Length ? values.Values[place] : double.PositiveInfinity;
    }

    private static long Sum(ReadOnlySpan<long> counts)
    {
        var sum = 0L;
        foreach (var count in counts)
        {
            sum += count;
        }

        return sum;
    }
}
