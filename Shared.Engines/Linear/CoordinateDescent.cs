namespace Skipper.Shared.Engines.Linear;

/// <summary>
/// Lines with a lasso (elastic net), and classifiers too wide for Newton's method: one coefficient after the other is moved
/// to the least of a parabola that lies above the loss, so that no step climbs. Minimizes the loss + ridge / 2 * squared
/// coefficients + lasso * absolute coefficients, where the loss is half the squared errors or -log probability.
/// </summary>
internal sealed class CoordinateDescent
{
    // Largest move of a score, in standard deviations of what is predicted, that counts as rest.
    private const double Rest = 1e-9;

    private readonly LinearProblem _problem;
    private readonly double[][] _columns;
    private readonly double[] _curvatures;
    private readonly CancellationToken _cancellationToken;
    private int _round;

    private CoordinateDescent(LinearProblem problem, CancellationToken cancellationToken)
    {
        _problem = problem;
        _cancellationToken = cancellationToken;
        _columns = [.. Enumerable.Range(0, Design.Columns).Select(Design.Column)];

        // Standardized columns have this length, constant ones none.
        _curvatures = [.. Design.InverseScales.ToArray().Select(inverse => inverse > 0 ? Design.TotalWeight : 0)];
    }

    private Design Design => _problem.Design;

    /// <summary>The line of one target.</summary>
    public static LinearFit Regression(
        LinearProblem problem, double[] target, int number, CancellationToken cancellationToken)
    {
        var loss = new SquaredLoss(problem.Design, target);
        if (loss.Scale == 0)
        {
            return new LinearFit(loss.Mean, new double[problem.Design.Columns]) { RSquared = null };
        }

        var descent = new CoordinateDescent(problem, cancellationToken);
        descent.Run([loss], loss.Scale, number);
        return descent.Fit(loss) with { RSquared = loss.RSquared };
    }

    /// <summary>One line of log odds for two classes, otherwise one line of scores per class.</summary>
    public static LinearFit[] Classes(
        LinearProblem problem, bool isBinary, int classes, int[] labels, CancellationToken cancellationToken)
    {
        var losses = Enumerable.Range(isBinary ? 1 : 0, isBinary ? 1 : classes)
            .Select(label => new OneClassLoss(problem.Design, labels, label))
            .ToArray();
        foreach (var loss in losses)
        {
            loss.Others = [.. losses.Where(other => other != loss)];
        }

        var descent = new CoordinateDescent(problem, cancellationToken);
        descent.Run(losses, 1, target: 0);

        // A number added to all intercepts changes no probability; the one that makes their sum 0 is taken.
        var fits = losses.Select(descent.Fit).ToArray();
        var shift = isBinary ? 0 : fits.Average(fit => fit.Intercept);
        return [.. fits.Select(fit => fit with { Intercept = fit.Intercept - shift })];
    }

    // After each sweep over all coefficients, those that are not 0 are swept until they rest: they are where the work is.
    private void Run(CoordinateLoss[] losses, double scale, int target)
    {
        var all = Enumerable.Range(0, Design.Columns).ToArray();
        var onlyMoved = false;
        for (_round = 0; _round < _problem.Rounds; _round++)
        {
            var change = losses.Max(loss => Sweep(loss, onlyMoved ? Moved(loss) : all)) / scale;
            _problem.Report(_round, losses[0].Total(losses) + Penalty(losses), target);
            if (change > Rest)
            {
                onlyMoved = true;
            }
            else if (onlyMoved)
            {
                onlyMoved = false;
            }
            else
            {
                return;
            }

            if (_round + 1 == _problem.Rounds)
            {
                _problem.NoteUnfinished(change);
            }
        }
    }

    private static int[] Moved(CoordinateLoss loss) =>
        [.. Enumerable.Range(0, loss.Coefficients.Length).Where(column => loss.Coefficients[column] != 0)];

    private double Sweep(CoordinateLoss loss, int[] columns)
    {
        loss.Begin();
        var total = Design.TotalWeight;
        var change = -loss.Slope(null) / (loss.Curvature * total);
        loss.Move(null, change);
        var largest = Math.Abs(change);
        foreach (var column in columns)
        {
            _cancellationToken.ThrowIfCancellationRequested();
            var curvature = loss.Curvature * _curvatures[column];
            if (curvature == 0)
            {
                continue;
            }

            var current = loss.Coefficients[column];
            var pulled = (curvature * current) - loss.Slope(_columns[column]);
            var lasso = _problem.Lasso * Design.InverseScales[column];
            var next = Math.CopySign(Math.Max(Math.Abs(pulled) - lasso, 0), pulled) / (curvature + _problem.RidgeOf(column));
            if (next != current)
            {
                loss.Coefficients[column] = next;
                loss.Move(_columns[column], next - current);
                largest = Math.Max(largest, Math.Abs(next - current));
            }
        }

        return largest;
    }

    private double Penalty(CoordinateLoss[] losses) => losses.Sum(loss => loss.Coefficients.Select(
        (value, column) => (_problem.RidgeOf(column) / 2 * value * value)
            + (_problem.Lasso * Design.InverseScales[column] * Math.Abs(value))).Sum());

    private LinearFit Fit(CoordinateLoss loss)
    {
        var coefficients = Design.Unscale(loss.Coefficients);
        return new LinearFit(loss.Intercept - Dense.Dot(coefficients, Design.Means), coefficients);
    }
}
