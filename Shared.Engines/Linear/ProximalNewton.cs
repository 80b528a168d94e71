namespace Skipper.Shared.Engines.Linear;

/// <summary>
/// Classifiers with a lasso by Newton's method: each round puts the parabola of the second derivatives in place of the loss, finds the least
/// of it and the absolute coefficients by coordinate descent over a small matrix, and goes there, or half the way where that would climb
/// (Lee, Sun and Saunders 2014; the same idea as in glmnet, Friedman, Hastie and Tibshirani 2010). Rows are looked at once a round.
/// </summary>
internal sealed class ProximalNewton
{
    // As for Newton's method without a lasso: below this, the step that follows is exact to rounding.
    private const double SmallDecrement = 1e-14;

    private const double Rest = 1e-12;
    private const int MostSweeps = 5000;
    private const int Halvings = 40;

    private readonly LinearProblem _problem;
    private readonly ClassBasis _basis;
    private readonly ClassLoss _loss;
    private readonly double[] _lasso;
    private readonly CancellationToken _cancellationToken;

    private ProximalNewton(LinearProblem problem, ClassBasis basis, int[] labels, CancellationToken cancellationToken)
    {
        _problem = problem;
        _basis = basis;
        _loss = new ClassLoss(problem, basis, labels, cancellationToken);
        _cancellationToken = cancellationToken;

        // Intercepts, the first ones of each part, are free.
        _lasso = [.. Enumerable.Range(0, _loss.Unknowns).Select(i => i % _loss.Width)
            .Select(column => column == 0 ? 0 : problem.Lasso * problem.Design.InverseScales[column - 1])];
    }

    /// <summary>One line of log odds for two classes, otherwise one line of scores per class.</summary>
    public static LinearFit[] Solve(LinearProblem problem, ClassBasis basis, int[] labels, CancellationToken cancellationToken) =>
        new ProximalNewton(problem, basis, labels, cancellationToken).Solve();

    private LinearFit[] Solve()
    {
        var unknowns = new double[_loss.Unknowns];
        var loss = _loss.Evaluate(unknowns);
        for (var round = 0; round < _problem.Rounds; round++)
        {
            var least = Least(unknowns);
            var gain = -Dense.Dot(_loss.Gradient, Less(least, unknowns)) + Penalty(unknowns) - Penalty(least);
            (unknowns, loss) = Descend(unknowns, least, loss, gain);
            _problem.Report(round, loss + Penalty(unknowns));
            if (gain <= SmallDecrement * Math.Max(1, loss))
            {
                return Fits(unknowns);
            }

            if (round + 1 == _problem.Rounds)
            {
                _problem.NoteUnfinished(Math.Sqrt(gain));
            }
        }

        return Fits(unknowns);
    }

    /// <summary>Where the parabola about a point, with the absolute coefficients, is least.</summary>
    private double[] Least(double[] from)
    {
        var size = from.Length;
        var least = (double[])from.Clone();
        var slopes = (double[])_loss.Gradient.Clone();
        for (var sweep = 0; sweep < MostSweeps; sweep++)
        {
            _cancellationToken.ThrowIfCancellationRequested();
            double largest = 0;
            for (var i = 0; i < size; i++)
            {
                var curvature = _loss.Hessian[(i * size) + i];
                if (curvature <= 0)
                {
                    continue;
                }

                var pulled = (curvature * least[i]) - slopes[i];
                var next = Math.CopySign(Math.Max(Math.Abs(pulled) - _lasso[i], 0), pulled) / curvature;
                var change = next - least[i];
                if (change != 0)
                {
                    least[i] = next;
                    AddCurvature(slopes, i, change);
                    largest = Math.Max(largest, change * change * curvature);
                }
            }

            if (largest <= Rest * Rest * _problem.Design.TotalWeight)
            {
                break;
            }
        }

        return least;
    }

    // The matrix is symmetric, and only its lower triangle is there.
    private void AddCurvature(double[] slopes, int i, double change)
    {
        var (size, hessian) = (slopes.Length, _loss.Hessian);
        Dense.AddScaled(slopes.AsSpan(0, i + 1), change, hessian.AsSpan(i * size, i + 1));
        for (var other = i + 1; other < size; other++)
        {
            slopes[other] += change * hessian[(other * size) + i];
        }
    }

    private (double[] Unknowns, double Loss) Descend(double[] from, double[] least, double loss, double gain)
    {
        const double Enough = 1e-4;
        var before = loss + Penalty(from);
        var (to, share) = (least, 1.0);
        for (var halving = 0; ; halving++)
        {
            var reached = _loss.Evaluate(to);

            // Close to the end, rounding hides whether the loss still falls; the step is then tiny and right.
            if (reached + Penalty(to) <= before - (Enough * share * gain) + (1e-12 * Math.Abs(before)) || halving == Halvings)
            {
                return (to, reached);
            }

            share /= 2;
            to = (double[])from.Clone();
            Dense.AddScaled(to, share, Less(least, from));
        }
    }

    private double Penalty(double[] unknowns) => unknowns.Select((value, i) => _lasso[i] * Math.Abs(value)).Sum();

    private static double[] Less(double[] to, double[] from) => [.. to.Zip(from, (a, b) => a - b)];

    // A number added to all intercepts changes no probability; the one that makes their sum 0 is taken.
    private LinearFit[] Fits(double[] unknowns)
    {
        var fits = Enumerable.Range(0, _basis.Size).Select(part => Fit(unknowns.AsSpan(part * _loss.Width, _loss.Width))).ToArray();
        var shift = fits.Length == 1 ? 0 : fits.Average(fit => fit.Intercept);
        return [.. fits.Select(fit => fit with { Intercept = fit.Intercept - shift })];
    }

    private LinearFit Fit(ReadOnlySpan<double> line)
    {
        var coefficients = _problem.Design.Unscale(line[1..]);
        return new LinearFit(line[0] - Dense.Dot(coefficients, _problem.Design.Means), coefficients);
    }
}
