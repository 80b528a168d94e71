namespace Skipper.Shared.Engines.Linear;

/// <summary>The loss of a classifier with its slope and curvature, over standardized features.</summary>
internal sealed class ClassLoss(LinearProblem problem, ClassBasis basis, int[] labels, CancellationToken cancellationToken)
{
    private readonly Design _design = problem.Design;

    // 1 for the intercept, then the features.
    private readonly double[] _row = [1, .. new double[problem.Design.Columns]];
    private readonly double[] _numbers = new double[basis.Size];
    private readonly double[] _probabilities = new double[basis.Classes];

    /// <summary>Unknowns per number of the basis: an intercept and a coefficient per feature.</summary>
    public int Width => _design.Columns + 1;

    public int Unknowns => Width * basis.Size;

    /// <summary>Slope at the point evaluated last.</summary>
    public double[] Gradient { get; } = new double[(problem.Design.Columns + 1) * basis.Size];

    /// <summary>Second derivatives at that point; the lower triangle, row after row.</summary>
    public double[] Hessian { get; } = new double[(problem.Design.Columns + 1) * basis.Size * (problem.Design.Columns + 1) * basis.Size];

    public double[] Diagonal() => [.. Enumerable.Range(0, Unknowns).Select(i => Hessian[(i * Unknowns) + i])];

    public double Evaluate(double[] unknowns)
    {
        Array.Clear(Gradient);
        Array.Clear(Hessian);
        var loss = 0.0;
        for (var i = 0; i < _design.Rows; i++)
        {
            if (i % 1024 == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            if (_design.Weights[i] > 0)
            {
                loss += AddRow(i, unknowns);
            }
        }

        return loss + AddPenalty(unknowns);
    }

    private double AddRow(int i, double[] unknowns)
    {
        _design.Row(i, _row.AsSpan(1));
        for (var part = 0; part < basis.Size; part++)
        {
            _numbers[part] = Dense.Dot(_row, unknowns.AsSpan(part * Width, Width));
        }

        var (label, weight) = (labels[i], _design.Weights[i]);
        var logSum = basis.Probabilities(_numbers, _probabilities);
        for (var part = 0; part < basis.Size; part++)
        {
            var mean = Mean(part);
            Dense.AddScaled(Gradient.AsSpan(part * Width, Width), weight * (mean - basis[label, part]), _row);
            for (var other = 0; other <= part; other++)
            {
                AddCurvature(part, other, weight * Covariance(part, other, mean));
            }
        }

        return weight * (logSum - basis.Score(label, _numbers));
    }

    private double Mean(int part)
    {
        double mean = 0;
        for (var label = 0; label < basis.Classes; label++)
        {
            mean += _probabilities[label] * basis[label, part];
        }

        return mean;
    }

    // Of the basis under the probabilities; about the mean, so that nothing cancels where one class is almost certain.
    private double Covariance(int part, int other, double mean)
    {
        var otherMean = part == other ? mean : Mean(other);
        double covariance = 0;
        for (var label = 0; label < basis.Classes; label++)
        {
            covariance += _probabilities[label] * (basis[label, part] - mean) * (basis[label, other] - otherMean);
        }

        return covariance;
    }

    private void AddCurvature(int part, int other, double curvature)
    {
        for (var i = 0; i < Width; i++)
        {
            var columns = part == other ? i + 1 : Width;
            var start = (((part * Width) + i) * Unknowns) + (other * Width);
            Dense.AddScaled(Hessian.AsSpan(start, columns), curvature * _row[i], _row);
        }
    }

    private double AddPenalty(double[] unknowns)
    {
        var penalty = 0.0;
        for (var part = 0; part < basis.Size; part++)
        {
            for (var column = 0; column < _design.Columns; column++)
            {
                var (i, ridge) = ((part * Width) + column + 1, problem.RidgeOf(column));
                penalty += ridge / 2 * unknowns[i] * unknowns[i];
                Gradient[i] += ridge * unknowns[i];
                Hessian[(i * Unknowns) + i] += ridge;
            }
        }

        return penalty;
    }
}
