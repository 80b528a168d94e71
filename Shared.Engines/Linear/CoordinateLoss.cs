namespace Skipper.Shared.Engines.Linear;

/// <summary>A loss as coordinate descent sees it: the scores of one output, and how the loss changes with them.</summary>
internal abstract class CoordinateLoss(Design design)
{
    private readonly double[] _slopes = new double[design.Rows];

    protected Design Design => design;

    /// <summary>Of standardized features.</summary>
    public double[] Coefficients { get; } = new double[design.Columns];

    public double Intercept { get; private set; }

    /// <summary>What is predicted for each row.</summary>
    public double[] Scores { get; } = new double[design.Rows];

    /// <summary>The second derivative by a score is never larger.</summary>
    public abstract double Curvature { get; }

    /// <summary>The loss of all outputs together, without penalties.</summary>
    public abstract double Total(IReadOnlyList<CoordinateLoss> outputs);

    /// <summary>Looks again at what other outputs have moved.</summary>
    public virtual void Begin() => Refresh();

    /// <summary>Derivative by a coefficient; null = by the intercept.</summary>
    public double Slope(double[]? column) => column is null ? _slopes.Sum() : Dense.Dot(_slopes, column);

    /// <summary>Moves a coefficient; null = the intercept.</summary>
    public void Move(double[]? column, double change)
    {
        if (column is not null)
        {
            Dense.AddScaled(Scores, change, column);
        }
        else
        {
            Intercept += change;
            foreach (ref var score in Scores.AsSpan())
            {
                score += change;
            }
        }

        Refresh();
    }

    /// <summary>Derivative of the loss of one row by its score, without the weight.</summary>
    protected abstract double Slope(int row);

    private void Refresh()
    {
        for (var row = 0; row < _slopes.Length; row++)
        {
            _slopes[row] = design.Weights[row] * Slope(row);
        }
    }
}

/// <summary>Half the squared errors.</summary>
internal sealed class SquaredLoss : CoordinateLoss
{
    private readonly double[] _deviations;

    public SquaredLoss(Design design, double[] target)
        : base(design)
    {
        var own = new Design(new Storage.Arrays.Matrix(target.Length, 1, target), design.Weights);
        Mean = own.Means[0];
        Scale = own.InverseScales[0] == 0 ? 0 : 1 / own.InverseScales[0];
        _deviations = [.. target.Select(value => value - Mean)];
        Move(null, Mean);
    }

    /// <summary>Weighted mean of the target.</summary>
    public double Mean { get; }

    /// <summary>Standard deviation of the target; 0 where it is constant.</summary>
    public double Scale { get; }

    public double RSquared => 1 - (2 * Total([this]) / (Scale * Scale * Design.TotalWeight));

    public override double Curvature => 1;

    public override double Total(IReadOnlyList<CoordinateLoss> outputs)
    {
        double sum = 0;
        for (var row = 0; row < _deviations.Length; row++)
        {
            sum += Design.Weights[row] * Slope(row) * Slope(row) / 2;
        }

        return sum;
    }

    protected override double Slope(int row) => Scores[row] - Mean - _deviations[row];
}

/// <summary>
/// -log probability of the right class, as a function of the score of one class. Given the scores of the others, that is
/// logistic regression with an offset. With no others, the scores are log odds.
/// </summary>
internal sealed class OneClassLoss(Design design, int[] labels, int label) : CoordinateLoss(design)
{
    private readonly double[] _others = new double[design.Rows];

    /// <summary>The other classes; empty for two classes that share one score.</summary>
    public OneClassLoss[] Others { get; set; } = [];

    public override double Curvature => 0.25;

    public override void Begin()
    {
        if (Others.Length > 0)
        {
            var scores = new double[Others.Length];
            for (var row = 0; row < _others.Length; row++)
            {
                for (var other = 0; other < scores.Length; other++)
                {
                    scores[other] = Others[other].Scores[row];
                }

                _others[row] = Softmax.Normalize(scores);
            }
        }

        base.Begin();
    }

    public override double Total(IReadOnlyList<CoordinateLoss> outputs)
    {
        Begin();
        double sum = 0;
        for (var row = 0; row < _others.Length; row++)
        {
            var right = labels[row] == label ? Scores[row] : outputs.Count == 1 ? 0 : outputs[labels[row]].Scores[row];
            sum += Design.Weights[row] * (_others[row] + Softmax.LogOnePlusExp(Scores[row] - _others[row]) - right);
        }

        return sum;
    }

    protected override double Slope(int row) =>
        Softmax.Logistic(Scores[row] - _others[row]) - (labels[row] == label ? 1 : 0);
}
