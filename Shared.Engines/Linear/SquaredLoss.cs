using Skipper.Shared.Storage.Arrays;

namespace Skipper.Shared.Engines.Linear;

/// <summary>Half the squared errors.</summary>
internal sealed class SquaredLoss : CoordinateLoss
{
    private readonly double[] _deviations;

    public SquaredLoss(Design design, double[] target)
        : base(design)
    {
        var own = new Design(new Matrix(target.Length, 1, target), design.Weights);
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
