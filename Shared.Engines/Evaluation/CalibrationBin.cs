namespace Skipper.Shared.Engines.Evaluation;

/// <summary>Rows whose probabilities are near each other.</summary>
/// <param name="Lower">Smallest probability of the bin.</param>
/// <param name="Upper">Probabilities are below this, in the last bin at most this.</param>
/// <param name="Weight">Weight of its rows.</param>
/// <param name="Said">Mean of their probabilities.</param>
/// <param name="Seen">Part of them that is of the class, with Wilson's interval.</param>
public sealed record CalibrationBin(double Lower, double Upper, double Weight, double Said, Estimate Seen)
{
    private const int Bins = 10;

    internal static CalibrationBin[] Measure(ClassSample sample, double[] weights, double confidence)
    {
        var (total, said, seen, squares) = Sums(sample, weights);
        return [.. Enumerable.Range(0, Bins).Where(bin => total[bin] > 0).Select(bin => new CalibrationBin(
            (double)bin / Bins,
            (bin + 1.0) / Bins,
            total[bin],
            said[bin] / total[bin],
            Wilson.Estimate(seen[bin], total[bin], squares[bin], confidence)))];
    }

    /// <summary>Expected calibration error: |said - seen| of the bins, by their weights.</summary>
    internal static double Error(ClassSample sample, double[] weights)
    {
        var (total, said, seen, _) = Sums(sample, weights);
        return said.Zip(seen, (a, b) => Math.Abs(a - b)).Sum() / total.Sum();
    }

    private static (double[] Total, double[] Said, double[] Seen, double[] Squares) Sums(ClassSample sample, double[] weights)
    {
        var (total, said, seen, squares) = (new double[Bins], new double[Bins], new double[Bins], new double[Bins]);
        for (var row = 0; row < weights.Length; row++)
        {
            var bin = Math.Min((int)(sample.Confidences[row] * Bins), Bins - 1);
            total[bin] += weights[row];
            said[bin] += weights[row] * sample.Confidences[row];
            seen[bin] += sample.Confirmed[row] ? weights[row] : 0;
            squares[bin] += weights[row] * weights[row];
        }

        return (total, said, seen, squares);
    }
}
