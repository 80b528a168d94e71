using Skipper.Shared.Storage.Arrays;

namespace Skipper.Shared.Engines.Evaluation;

/// <summary>Probabilities and classes of all rows, to be measured under any weights.</summary>
internal sealed class ClassSample
{
    // A probability of exactly 0 for the right class would make one row outweigh all others.
    private const double SmallestProbability = 1e-15;

    private readonly int[] _truth;
    private readonly int[] _predicted;
    private readonly double[] _logLosses;
    private readonly double[] _brier;
    private readonly RankedScores[] _ranked;

    public ClassSample(int classes, int[] truth, Matrix probabilities)
    {
        Classes = classes;
        IsBinary = probabilities.Columns == 1;
        _truth = truth;
        _predicted = new int[truth.Length];
        _logLosses = new double[truth.Length];
        _brier = new double[truth.Length];
        Confidences = new double[truth.Length];
        Confirmed = new bool[truth.Length];
        for (var row = 0; row < truth.Length; row++)
        {
            AddRow(row, probabilities.Row(row));
        }

        _ranked = [.. Enumerable.Range(IsBinary ? 1 : 0, IsBinary ? 1 : classes).Select(label => new RankedScores(
            Enumerable.Range(0, truth.Length).Select(row => probabilities[row, IsBinary ? 0 : label]).ToArray(),
            truth.Select(right => right == label).ToArray()))];
    }

    public int Classes { get; }

    public bool IsBinary { get; }

    /// <summary>Probability of class 1 for two classes, otherwise the largest one.</summary>
    public double[] Confidences { get; }

    /// <summary>Whether the class of <see cref="Confidences"/> is the right one.</summary>
    public bool[] Confirmed { get; }

    /// <summary>In the order of <see cref="MetricNames.Of"/>.</summary>
    public double[] Measure(double[] weights)
    {
        var confusion = Confusion(weights);
        var total = confusion.Total;
        double[] first = [Dot(weights, _logLosses) / total, Dot(weights, _brier) / total];
        double[] curves = IsBinary
            ? [_ranked[0].AreaUnderCurve(weights), _ranked[0].AveragePrecision(weights)]
            : [MeanAreaUnderCurve(weights)];
        return
        [
            .. first, .. curves, confusion.Accuracy, confusion.BalancedAccuracy,
            IsBinary ? confusion.Precision(1) : confusion.Mean(confusion.Precision),
            IsBinary ? confusion.Recall(1) : confusion.Mean(confusion.Recall),
            IsBinary ? confusion.F1(1) : confusion.Mean(confusion.F1),
            confusion.Mcc, CalibrationBin.Error(this, weights),
        ];
    }

    public Confusion Confusion(double[] weights) => new(Classes, _truth, _predicted, weights);

    /// <summary>How well the probability of one class orders the rows; NaN where it is all classes or none.</summary>
    public double AreaUnderCurve(int label, double[] weights) => _ranked[IsBinary ? 0 : label].AreaUnderCurve(weights);

    private void AddRow(int row, ReadOnlySpan<double> probabilities)
    {
        var right = _truth[row];
        if (IsBinary)
        {
            var ofRight = right == 1 ? probabilities[0] : 1 - probabilities[0];
            _predicted[row] = probabilities[0] > 0.5 ? 1 : 0;
            _brier[row] = (1 - ofRight) * (1 - ofRight);
            _logLosses[row] = LogLoss(ofRight);
            Confidences[row] = probabilities[0];
            Confirmed[row] = right == 1;
            return;
        }

        for (var label = 0; label < Classes; label++)
        {
            var miss = probabilities[label] - (label == right ? 1 : 0);
            _brier[row] += miss * miss;
            _predicted[row] = probabilities[label] > probabilities[_predicted[row]] ? label : _predicted[row];
        }

        _logLosses[row] = LogLoss(probabilities[right]);
        Confidences[row] = probabilities[_predicted[row]];
        Confirmed[row] = _predicted[row] == right;
    }

    private static double LogLoss(double probability) => -Math.Log(Math.Max(probability, SmallestProbability));

    // Over the classes that the rows have.
    private double MeanAreaUnderCurve(double[] weights)
    {
        var areas = _ranked.Select(ranked => ranked.AreaUnderCurve(weights)).Where(area => !double.IsNaN(area)).ToArray();
        return areas.Length == 0 ? double.NaN : areas.Average();
    }

    private static double Dot(double[] weights, double[] values)
    {
        double sum = 0;
        for (var row = 0; row < values.Length; row++)
        {
            sum += weights[row] * values[row];
        }

        return sum;
    }
}
