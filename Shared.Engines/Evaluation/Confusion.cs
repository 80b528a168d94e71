namespace Skipper.Shared.Engines.Evaluation;

/// <summary>Weights by the right class and the predicted one, and what follows from them.</summary>
internal sealed class Confusion
{
    private readonly double[,] _weights;
    private readonly double[] _right;
    private readonly double[] _said;

    public Confusion(int classes, int[] truth, int[] predicted, double[] weights)
    {
        _weights = new double[classes, classes];
        _right = new double[classes];
        _said = new double[classes];
        for (var row = 0; row < truth.Length; row++)
        {
            _weights[truth[row], predicted[row]] += weights[row];
            _right[truth[row]] += weights[row];
            _said[predicted[row]] += weights[row];
        }

        Total = _right.Sum();
    }

    public double Total { get; }

    public double Accuracy => Labels.Sum(Hits) / Total;

    public double BalancedAccuracy => Labels.Where(label => _right[label] > 0).Select(label => Hits(label) / _right[label])
        .DefaultIfEmpty(double.NaN).Average();

    /// <summary>Matthews' correlation for any number of classes (Gorodkin 2004); NaN where only one class is seen or said.</summary>
    public double Mcc
    {
        get
        {
            var covariance = (Labels.Sum(Hits) * Total) - Labels.Sum(label => _right[label] * _said[label]);
            var right = (Total * Total) - _right.Sum(weight => weight * weight);
            var said = (Total * Total) - _said.Sum(weight => weight * weight);
            return right > 0 && said > 0 ? covariance / Math.Sqrt(right * said) : double.NaN;
        }
    }

    private IEnumerable<int> Labels => Enumerable.Range(0, _right.Length);

    /// <summary>Weight of the rows of a class.</summary>
    public double Right(int label) => _right[label];

    /// <summary>Weight of the rows that were said to be of a class.</summary>
    public double Said(int label) => _said[label];

    /// <summary>Weight of the rows of a class that were said to be of it.</summary>
    public double Hits(int label) => _weights[label, label];

    /// <summary>Part of those said to be of the class that are; 0 where none were.</summary>
    public double Precision(int label) => Ratio(Hits(label), _said[label]);

    /// <summary>Part of the class that was found; 0 where it has no rows.</summary>
    public double Recall(int label) => Ratio(Hits(label), _right[label]);

    /// <summary>Harmonic mean of both.</summary>
    public double F1(int label) => Ratio(2 * Hits(label), _said[label] + _right[label]);

    /// <summary>Mean over the classes that are seen or said.</summary>
    public double Mean(Func<int, double> measure) =>
        Labels.Where(label => _right[label] + _said[label] > 0).Select(measure).DefaultIfEmpty(double.NaN).Average();

    public double[][] ToRows() =>
        [.. Labels.Select(right => Labels.Select(said => _weights[right, said]).ToArray())];

    private static double Ratio(double part, double whole) => whole > 0 ? part / whole : 0;
}
