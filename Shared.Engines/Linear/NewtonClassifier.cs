using Skipper.Shared.Messaging.Errors;

namespace Skipper.Shared.Engines.Linear;

/// <summary>
/// Logistic and softmax regression by Newton's method (iteratively reweighted least squares) with halved steps where a
/// whole one would climb. Minimizes the sum of -log probability of the right class + ridge / 2 * squared coefficients.
/// </summary>
internal sealed class NewtonClassifier
{
    // Newton doubles the number of right digits a round: below this, the step that follows is exact to rounding.
    private const double SmallDecrement = 1e-14;

    private readonly LinearProblem _problem;
    private readonly ClassBasis _basis;
    private readonly ClassLoss _loss;
    private readonly CancellationToken _cancellationToken;

    private NewtonClassifier(LinearProblem problem, ClassBasis basis, int[] labels, CancellationToken cancellationToken)
    {
        _problem = problem;
        _basis = basis;
        _loss = new ClassLoss(problem, basis, labels, cancellationToken);
        _cancellationToken = cancellationToken;
    }

    /// <summary>One line of log odds for two classes, otherwise one line of scores per class.</summary>
    /// <exception cref="MeshException">Without a ridge there is no solution.</exception>
    public static LinearFit[] Solve(
        LinearProblem problem, ClassBasis basis, int[] labels, CancellationToken cancellationToken) =>
        new NewtonClassifier(problem, basis, labels, cancellationToken).Solve();

    private LinearFit[] Solve()
    {
        var unknowns = new double[_loss.Unknowns];
        var loss = _loss.Evaluate(unknowns);
        var scale = _loss.Diagonal();
        var factor = Factor(scale);
        var rank = factor.Rank;
        for (var round = 0; ; round++)
        {
            var step = factor.Solve(_loss.Gradient);
            var decrement = Dense.Dot(step, _loss.Gradient);
            (unknowns, loss) = Descend(unknowns, step, loss, decrement);
            _problem.Report(round, loss);
            factor = Factor(_problem.IsPenalized ? _loss.Diagonal() : scale);
            RequireSolution(factor, rank);
            if (decrement <= SmallDecrement * Math.Max(1, loss))
            {
                return Fits(unknowns, factor);
            }

            if (round + 1 == _problem.Rounds)
            {
                _problem.NoteUnfinished(Math.Sqrt(decrement));
                return Fits(unknowns, factor);
            }
        }
    }

    private SymmetricFactor Factor(double[] scale) => new(_loss.Unknowns, _loss.Hessian, scale);

    private (double[] Unknowns, double Loss) Descend(double[] from, double[] step, double loss, double decrement)
    {
        const double Enough = 1e-4;
        const int Halvings = 40;
        var size = 1.0;
        for (var halving = 0; ; halving++)
        {
            _cancellationToken.ThrowIfCancellationRequested();
            var to = (double[])from.Clone();
            Dense.AddScaled(to, -size, step);
            var reached = _loss.Evaluate(to);

            // Close to the end, rounding hides whether the loss still falls; the step is then tiny and right.
            if (reached <= loss - (Enough * size * decrement) + (1e-12 * Math.Abs(loss)) || halving == Halvings)
            {
                return (to, reached);
            }

            size /= 2;
        }
    }

    // Where classes are told apart without error, coefficients grow for ever and the curvature goes to nothing.
    private void RequireSolution(SymmetricFactor factor, int rank)
    {
        if (!_problem.IsPenalized && factor.Rank < rank)
        {
            throw MeshException.InvalidArgument(
                "The features tell some classes apart without any error, so without a penalty the coefficients would grow "
                + "for ever; set ridge above 0.");
        }
    }

    private LinearFit[] Fits(double[] unknowns, SymmetricFactor factor)
    {
        var isUnique = factor.Rank == _loss.Unknowns - (_basis.Size * _problem.Design.Constants.Length);
        var first = _basis.Classes == 2 && _basis.Size == 1 && _basis[0, 0] == 0 ? 1 : 0;
        return
        [
            .. Enumerable.Range(first, _basis.Classes - first).Select(
                label => Fit(label, unknowns, _problem.IsPenalized || !isUnique ? null : factor)),
        ];
    }

    private LinearFit Fit(int label, double[] unknowns, SymmetricFactor? factor)
    {
        var (design, width) = (_problem.Design, _loss.Width);
        var line = new double[width];
        for (var part = 0; part < _basis.Size; part++)
        {
            Dense.AddScaled(line, _basis[label, part], unknowns.AsSpan(part * width, width));
        }

        var coefficients = design.Unscale(line.AsSpan(1));
        return new LinearFit(line[0] - Dense.Dot(coefficients, design.Means), coefficients)
        {
            StandardErrors = factor is null ? null : Errors(label, factor),
        };
    }

    // The inverse of the curvature at the maximum of the likelihood is the covariance (Fisher); an estimate is a sum over
    // the unknowns, with these factors.
    private double[] Errors(int label, SymmetricFactor factor)
    {
        var (design, width) = (_problem.Design, _loss.Width);
        var errors = new double[width];
        var factors = new double[_loss.Unknowns];
        for (var i = 0; i < width; i++)
        {
            Array.Clear(factors);
            for (var part = 0; part < _basis.Size; part++)
            {
                var own = factors.AsSpan(part * width, width);
                if (i > 0)
                {
                    own[i] = _basis[label, part] * design.InverseScales[i - 1];
                    continue;
                }

                own[0] = _basis[label, part];
                for (var column = 0; column < design.Columns; column++)
                {
                    own[column + 1] = -_basis[label, part] * design.InverseScales[column] * design.Means[column];
                }
            }

            var root = factor.Forward(factors);
            errors[i] = i > 0 && design.InverseScales[i - 1] == 0 ? double.NaN : Math.Sqrt(Dense.Dot(root, root));
        }

        return errors;
    }
}
