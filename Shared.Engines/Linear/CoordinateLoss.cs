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
