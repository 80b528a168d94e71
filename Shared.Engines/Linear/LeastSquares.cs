using MathNet.Numerics.LinearAlgebra;
using Matrix = Skipper.Shared.Storage.Arrays.Matrix;

namespace Skipper.Shared.Engines.Linear;

/// <summary>
/// Ordinary and ridge regression in closed form: R of a QR decomposition of the weighted rows, then its singular values,
/// which cope with dependent columns. Normal equations would lose twice the digits.
/// </summary>
internal sealed class LeastSquares
{
    private const double MachineEpsilon = 2.220446049250313e-16;

    private const int RowsBetweenLooks = 4096;

    private readonly LinearProblem _problem;
    private readonly Matrix _targets;
    private readonly double[] _targetMeans;
    private readonly TriangularFactor _factor;

    private LeastSquares(LinearProblem problem, Matrix targets)
    {
        _problem = problem;
        _targets = targets;
        _targetMeans = Design.WeightedMeans(targets, problem.Design.Weights);
        _factor = new TriangularFactor(problem.Design.Columns + targets.Columns);
    }

    private Design Design => _problem.Design;

    /// <summary>One line per target.</summary>
    public static LinearFit[] Solve(LinearProblem problem, Matrix targets, CancellationToken cancellationToken)
    {
        var squares = new LeastSquares(problem, targets);
        squares.AddRows(cancellationToken);
        Collinearity.Note(problem, squares._factor);
        squares.AddPenalty();
        var svd = squares.Upper(0, problem.Design.Columns).Svd();
        cancellationToken.ThrowIfCancellationRequested();
        return squares.Fits(svd);
    }

    private void AddRows(CancellationToken cancellationToken)
    {
        var row = new double[Design.Columns + _targets.Columns];
        for (var i = 0; i < Design.Rows; i++)
        {
            if (i % RowsBetweenLooks == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            Design.Row(i, row);
            for (var target = 0; target < _targets.Columns; target++)
            {
                row[Design.Columns + target] = _targets[i, target] - _targetMeans[target];
            }

            _factor.Add(row, Math.Sqrt(Design.Weights[i]));
        }

        _factor.Complete();
    }

    // With sqrt(ridge) on a diagonal below the rows, ridge regression is plain least squares.
    private void AddPenalty()
    {
        if (_problem.Ridge == 0)
        {
            return;
        }

        var row = new double[Design.Columns + _targets.Columns];
        for (var column = 0; column < Design.Columns; column++)
        {
            row[column] = Math.Sqrt(_problem.RidgeOf(column));
            _factor.Add(row, 1);
            row[column] = 0;
        }

        _factor.Complete();
    }

    private Matrix<double> Upper(int from, int columns) => Matrix<double>.Build.Dense(
        Design.Columns, columns, (row, column) => _factor[row, from + column]);

    private LinearFit[] Fits(MathNet.Numerics.LinearAlgebra.Factorization.Svd<double> svd)
    {
        var smallest = svd.S.Maximum() * Math.Max(Design.Rows, Design.Columns) * MachineEpsilon;
        var inverses = svd.S.Map(value => value > smallest ? 1 / value : 0);
        var rank = svd.S.Count(value => value > smallest);
        var projected = svd.U.TransposeThisAndMultiply(Upper(Design.Columns, _targets.Columns));
        var root = svd.VT.TransposeThisAndMultiply(Matrix<double>.Build.DenseOfDiagonalVector(inverses));
        var solutions = root * projected;
        return
        [
            .. Enumerable.Range(0, _targets.Columns).Select(target => Fit(solutions.Column(target).ToArray(), target, rank, root)),
        ];
    }

    private LinearFit Fit(double[] standardized, int target, int rank, Matrix<double> root)
    {
        var (unexplained, total) = Squares(standardized, target);
        var coefficients = Design.Unscale(standardized);
        var fit = new LinearFit(_targetMeans[target] - Dense.Dot(coefficients, Design.Means), coefficients)
        {
            RSquared = total > 0 ? 1 - (unexplained / total) : null,
        };
        var freedom = Design.Weights.Count(weight => weight > 0) - rank - 1;
        if (_problem.IsPenalized || freedom <= 0)
        {
            return fit;
        }

        var deviation = Math.Sqrt(unexplained / freedom);
        var isUnique = rank == Design.Columns - Design.Constants.Length;
        return fit with
        {
            ResidualStandardError = deviation,
            DegreesOfFreedom = freedom,
            StandardErrors = isUnique ? Errors(root, deviation) : null,
        };
    }

    // Cov = s² (root rootᵀ) for standardized features, which makes them independent of the mean of the target.
    private double[] Errors(Matrix<double> root, double deviation)
    {
        var errors = new double[Design.Columns + 1];
        var means = new double[Design.Columns];
        for (var column = 0; column < means.Length; column++)
        {
            var isConstant = Design.InverseScales[column] == 0;
            errors[column + 1] = isConstant ? double.NaN : deviation * root.Row(column).L2Norm() * Design.InverseScales[column];
            means[column] = Design.Means[column] * Design.InverseScales[column];
        }

        var ofMeans = root.LeftMultiply(Vector<double>.Build.Dense(means)).L2Norm();
        errors[0] = deviation * Math.Sqrt((1 / Design.TotalWeight) + (ofMeans * ofMeans));
        return errors;
    }

    private (double Unexplained, double Total) Squares(double[] standardized, int target)
    {
        var row = new double[Design.Columns];
        double unexplained = 0, total = 0;
        for (var i = 0; i < Design.Rows; i++)
        {
            Design.Row(i, row);
            var deviation = _targets[i, target] - _targetMeans[target];
            var residual = deviation - Dense.Dot(row, standardized);
            unexplained += Design.Weights[i] * residual * residual;
            total += Design.Weights[i] * deviation * deviation;
        }

        return (unexplained, total);
    }
}
