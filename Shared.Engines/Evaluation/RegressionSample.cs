using Skipper.Shared.Engines.Linear;

namespace Skipper.Shared.Engines.Evaluation;

/// <summary>Errors of all rows, to be summed by any weights.</summary>
internal sealed class RegressionSample
{
    private readonly double[] _truth;
    private readonly double[] _errors;
    private readonly double[] _relative;
    private readonly int[] _zeros;
    private readonly double[] _ones;
    private readonly double[] _squares;
    private readonly double[] _absolute;
    private readonly double[] _sorted;
    private readonly int[] _byAbsoluteError;

    public RegressionSample(double[] truth, double[] predicted)
    {
        _truth = truth;
        _errors = [.. predicted.Zip(truth, (said, right) => said - right)];
        _relative = [.. _errors.Zip(truth, (error, right) => right == 0 ? 0 : Math.Abs(error / right))];
        _zeros = [.. Enumerable.Range(0, truth.Length).Where(row => truth[row] == 0)];
        _byAbsoluteError = [.. Enumerable.Range(0, truth.Length)];
        _ones = [.. Enumerable.Repeat(1.0, truth.Length)];
        _squares = [.. _errors.Select(error => error * error)];
        _absolute = [.. _errors.Select(Math.Abs)];
        _sorted = [.. _absolute];
        Array.Sort(_sorted, _byAbsoluteError);
    }

    /// <summary>In the order of <see cref="MetricNames.Of"/>.</summary>
    public double[] Measure(double[] weights)
    {
        var total = Dense.Dot(weights, _ones);
        var squared = Dense.Dot(weights, _squares);
        var r2 = 1 - (squared / Spread(weights, Dense.Dot(weights, _truth) / total));
        return
        [
            Math.Sqrt(squared / total), Dense.Dot(weights, _absolute) / total, Median(weights, total), Largest(weights),
            Dense.Dot(weights, _errors) / total, double.IsFinite(r2) ? r2 : double.NaN,
            Array.Exists(_zeros, row => weights[row] > 0) ? double.NaN : Dense.Dot(weights, _relative) / total,
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

        double spread = 0;
        for (var row = 0; row < weights.Length; row++)
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
        while (place < _sorted.Length && (below += weights[_byAbsoluteError[place]]) * 2 < total)
        {
            place++;
        }

        // Rows of weight 0 alone may be drawn too.
        if (place == _sorted.Length || total <= 0)
        {
            return double.NaN;
        }

        if (below * 2 > total)
        {
            return _sorted[place];
        }

        var next = Array.FindIndex(_byAbsoluteError, place + 1, row => weights[row] > 0);
        return next < 0 ? _sorted[place] : (_sorted[place] + _sorted[next]) / 2;
    }

    private double Largest(double[] weights)
    {
        var last = Array.FindLastIndex(_byAbsoluteError, row => weights[row] > 0);
        return last < 0 ? double.NaN : _sorted[last];
    }
}
