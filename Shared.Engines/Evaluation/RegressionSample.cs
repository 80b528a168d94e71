using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Skipper.Shared.Engines.Evaluation;

/// <summary>
/// Errors of all rows, to be summed by any weights. Sums are made in four lanes, which are added in the same order on every processor.
/// </summary>
internal sealed class RegressionSample
{
    private readonly double[] _truth;
    private readonly double[] _errors;
    private readonly double[] _relative;
    private readonly int[] _zeros;
    private readonly double[] _absolute;
    private readonly int[] _byAbsoluteError;

    public RegressionSample(double[] truth, double[] predicted)
    {
        _truth = truth;
        _errors = [.. predicted.Zip(truth, (said, right) => said - right)];
        _relative = [.. _errors.Zip(truth, (error, right) => right == 0 ? 0 : Math.Abs(error / right))];
        _zeros = [.. Enumerable.Range(0, truth.Length).Where(row => truth[row] == 0)];
        _byAbsoluteError = [.. Enumerable.Range(0, truth.Length)];
        _absolute = [.. _errors.Select(Math.Abs)];
        Array.Sort(_absolute, _byAbsoluteError);
    }

    /// <summary>In the order of <see cref="MetricNames.Of"/>.</summary>
    public double[] Measure(double[] weights)
    {
        Vector256<double> totals = default, squares = default, absolutes = default, sums = default, relatives = default, truths = default;
        var weight = Lanes(weights);
        var error = Lanes(_errors);
        var relative = Lanes(_relative);
        var truth = Lanes(_truth);
        for (var i = 0; i < weight.Length; i++)
        {
            var weighted = weight[i] * error[i];
            totals += weight[i];
            squares += weighted * error[i];
            absolutes += Vector256.Abs(weighted);
            sums += weighted;
            relatives += weight[i] * relative[i];
            truths += weight[i] * truth[i];
        }

        var (total, squared, absolute) = (Vector256.Sum(totals), Vector256.Sum(squares), Vector256.Sum(absolutes));
        var (sum, related, right) = (Vector256.Sum(sums), Vector256.Sum(relatives), Vector256.Sum(truths));
        for (var row = weight.Length * Vector256<double>.Count; row < weights.Length; row++)
        {
            var weighted = weights[row] * _errors[row];
            total += weights[row];
            squared += weighted * _errors[row];
            absolute += Math.Abs(weighted);
            sum += weighted;
            related += weights[row] * _relative[row];
            right += weights[row] * _truth[row];
        }

        var r2 = 1 - (squared / Spread(weights, right / total));
        return
        [
            Math.Sqrt(squared / total), absolute / total, Median(weights, total), Largest(weights), sum / total,
            double.IsFinite(r2) ? r2 : double.NaN,
            Array.Exists(_zeros, row => weights[row] > 0) ? double.NaN : related / total,
        ];
    }

    // Constant is judged by value: a mean that is off by one rounding would give a constant target a spread of almost zero.
    private double Spread(double[] weights, double mean)
    {
        var first = Array.FindIndex(weights, weight => weight > 0);
        var other = Math.Max(0, first);
        while (other < weights.Length && (weights[other] <= 0 || _truth[other] == _truth[first]))
        {
            other++;
        }

        if (other == weights.Length)
        {
            return 0;
        }

        var weight = Lanes(weights);
        var truth = Lanes(_truth);
        var (spreads, center) = (Vector256<double>.Zero, Vector256.Create(mean));
        for (var i = 0; i < weight.Length; i++)
        {
            var deviation = truth[i] - center;
            spreads += weight[i] * deviation * deviation;
        }

        var spread = Vector256.Sum(spreads);
        for (var row = weight.Length * Vector256<double>.Count; row < weights.Length; row++)
        {
            var deviation = _truth[row] - mean;
            spread += weights[row] * deviation * deviation;
        }

        return spread;
    }

    // Half of the weight lies below; where a row ends exactly there, the middle between it and the next.
    private double Median(double[] weights, double total)
    {
        double below = 0;
        var place = 0;
        while (place < _absolute.Length && (below += weights[_byAbsoluteError[place]]) * 2 < total)
        {
            place++;
        }

        // Rows of weight 0 alone may be drawn too.
        if (place == _absolute.Length || total <= 0)
        {
            return double.NaN;
        }

        if (below * 2 > total)
        {
            return _absolute[place];
        }

        var next = Array.FindIndex(_byAbsoluteError, place + 1, row => weights[row] > 0);
        return next < 0 ? _absolute[place] : (_absolute[place] + _absolute[next]) / 2;
    }

    private double Largest(double[] weights)
    {
        var last = Array.FindLastIndex(_byAbsoluteError, row => weights[row] > 0);
        return last < 0 ? double.NaN : _absolute[last];
    }

    private static ReadOnlySpan<Vector256<double>> Lanes(double[] values) => MemoryMarshal.Cast<double, Vector256<double>>(values);
}
