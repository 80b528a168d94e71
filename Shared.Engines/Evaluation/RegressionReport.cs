using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Shared.Engines.Evaluation;

/// <summary>How far the predictions of one target are from the truth.</summary>
/// <param name="Metrics">By <see cref="MetricNames"/>.</param>
public sealed record RegressionReport(IReadOnlyDictionary<string, Estimate> Metrics)
{
    /// <summary>Measures one target.</summary>
    /// <param name="truth">What is right, in the target's unit.</param>
    /// <param name="predicted">What was predicted, shape (rows, 1).</param>
    /// <param name="weights">How much each row counts; null = all the same.</param>
    /// <param name="options">Whether and how intervals are found.</param>
    /// <param name="cancellationToken">Checked once per resample.</param>
    /// <exception cref="ArgumentException">Shapes do not match, or weights are not possible.</exception>
    /// <exception cref="MeshException">A prediction is not finite.</exception>
    public static RegressionReport Measure(
        double[] truth, Matrix predicted, double[]? weights, EvaluationOptions options, CancellationToken cancellationToken)
    {
        var counted = EvaluationChecks.Require(truth.Length, predicted, 1, weights);
        var sample = new RegressionSample(truth, predicted.Values);
        return new RegressionReport(new Bootstrap(options, cancellationToken).Measure(
            MetricNames.Of(ModelTask.Regression), counted, work: 1, sample.Measure));
    }
}

/// <summary>Errors of all rows, to be summed by any weights.</summary>
internal sealed class RegressionSample
{
    private readonly double[] _truth;
    private readonly double[] _errors;
    private readonly int[] _byAbsoluteError;

    public RegressionSample(double[] truth, double[] predicted)
    {
        _truth = truth;
        _errors = [.. predicted.Zip(truth, (said, right) => said - right)];
        _byAbsoluteError = [.. Enumerable.Range(0, truth.Length)];
        Array.Sort(_errors.Select(Math.Abs).ToArray(), _byAbsoluteError);
    }

    /// <summary>In the order of <see cref="MetricNames.Of"/>.</summary>
    public double[] Measure(double[] weights)
    {
        double total = 0, squared = 0, absolute = 0, sum = 0, relative = 0, truths = 0;
        for (var row = 0; row < _errors.Length; row++)
        {
            if (weights[row] == 0)
            {
                continue;
            }

            var (weight, error) = (weights[row], _errors[row]);
            total += weight;
            squared += weight * error * error;
            absolute += weight * Math.Abs(error);
            sum += weight * error;
            relative += _truth[row] == 0 ? double.NaN : weight * Math.Abs(error / _truth[row]);
            truths += weight * _truth[row];
        }

        var r2 = 1 - (squared / Spread(weights, truths / total));
        return
        [
            Math.Sqrt(squared / total), absolute / total, Median(weights, total), Largest(weights), sum / total,
            double.IsFinite(r2) ? r2 : double.NaN, relative / total,
        ];
    }

    // Constant is judged by value: a mean that is off by one rounding would give a constant target a spread of almost zero.
    private double Spread(double[] weights, double mean)
    {
        double spread = 0;
        double? first = null;
        var isConstant = true;
        for (var row = 0; row < _truth.Length; row++)
        {
            if (weights[row] > 0)
            {
                first ??= _truth[row];
                isConstant &= _truth[row] == first;
                var deviation = _truth[row] - mean;
                spread += weights[row] * deviation * deviation;
            }
        }

        return isConstant ? 0 : spread;
    }

    // Half of the weight lies below; where a row ends exactly there, the middle between it and the next.
    private double Median(double[] weights, double total)
    {
        double below = 0;
        double? lower = null;
        foreach (var row in _byAbsoluteError)
        {
            if (weights[row] == 0)
            {
                continue;
            }

            var error = Math.Abs(_errors[row]);
            if (lower is { } other)
            {
                return (other + error) / 2;
            }

            below += weights[row];
            if (below * 2 > total)
            {
                return error;
            }

            lower = below * 2 == total ? error : null;
        }

        return lower ?? double.NaN;
    }

    private double Largest(double[] weights)
    {
        var last = Array.FindLastIndex(_byAbsoluteError, row => weights[row] > 0);
        return last < 0 ? double.NaN : Math.Abs(_errors[_byAbsoluteError[last]]);
    }
}
