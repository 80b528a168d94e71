using MathNet.Numerics.LinearAlgebra;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Shared.Engines.Linear;

/// <summary>
/// Lines: ordinary least squares, ridge regression, logistic and softmax regression, and elastic net. The loss is half the
/// squared errors, or -log probability of the right class, summed over the rows by their weights; added are ridge / 2 *
/// squared coefficients and lasso * absolute coefficients. Intercepts are not penalized. Needs no native library, so it
/// works on every machine.
/// </summary>
public sealed class LinearEngine : IModelEngine
{
    private const string Ridge = "ridge";

    private const string Lasso = "lasso";

    private const string Rounds = "rounds";

    // Newton's method works on a square of this many numbers; above, it would need more time and memory than it saves.
    private const int MostNewtonUnknowns = 500;

    /// <inheritdoc/>
    public string Name => "linear";

    /// <inheritdoc/>
    public string Version { get; } = typeof(Matrix<>).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    /// <inheritdoc/>
    public string? Missing => null;

    /// <inheritdoc/>
    public bool KnowsItsFiles => true;

    /// <inheritdoc/>
    public IReadOnlyList<ModelTask> Tasks { get; } = [ModelTask.Regression, ModelTask.Binary, ModelTask.Multiclass];

    /// <inheritdoc/>
    public bool AcceptsMissing => false;

    /// <inheritdoc/>
    public IReadOnlyList<EngineParameter> Parameters { get; } =
    [
        new(Ridge, 0.001, 0, 1e12),
        new(Lasso, 0, 0, 1e12),
        new(Rounds, 10_000, 1, 1_000_000, IsInteger: true),
    ];

    /// <inheritdoc/>
    public byte[] Train(
        TrainingData data,
        IReadOnlyDictionary<string, double> parameters,
        int seed,
        TrainingWatch watch,
        CancellationToken cancellationToken)
    {
        data.RequireFor(this);
        cancellationToken.ThrowIfCancellationRequested();
        watch.Progress(0, $"solving for {data.Features.Columns} coefficients on {data.Features.Rows} rows");
        var problem = new LinearProblem(
            new Design(data.Features, data.Weights), parameters[Ridge], parameters[Lasso], (int)parameters[Rounds], watch);
        var fits = data.Task == ModelTask.Regression
            ? Regression(data, problem, cancellationToken)
            : Classes(data, problem, cancellationToken);
        if (!fits.All(fit => double.IsFinite(fit.Intercept) && fit.Coefficients.All(double.IsFinite)))
        {
            throw MeshException.InvalidArgument(
                "The coefficients came out infinite: features or targets are too large or too small; scale them.");
        }

        watch.Progress(100, problem.Notes.Count == 0 ? "solved" : $"solved; {string.Join(" ", problem.Notes)}");
        return LinearModelFile.Create(data, problem, fits).Write();
    }

    /// <inheritdoc/>
    public ITrainedModel Load(ReadOnlyMemory<byte> file) => new LinearModel(LinearModelFile.Read(file.Span));

    private static LinearFit[] Regression(TrainingData data, LinearProblem problem, CancellationToken cancellationToken)
    {
        if (problem.Lasso == 0)
        {
            return LeastSquares.Solve(problem, data.Targets, cancellationToken);
        }

        Collinearity.Note(problem, cancellationToken);
        return
        [
            .. Enumerable.Range(0, data.Targets.Columns).Select(target => CoordinateDescent.Regression(
                problem, Column(data, target), target, cancellationToken)),
        ];
    }

    private static LinearFit[] Classes(TrainingData data, LinearProblem problem, CancellationToken cancellationToken)
    {
        var labels = Column(data, 0).Select(label => (int)label).ToArray();
        RequireAllClasses(data, problem, labels);
        Collinearity.Note(problem, cancellationToken);
        var isBinary = data.Task == ModelTask.Binary;
        var unknowns = (data.Features.Columns + 1L) * (isBinary ? 1 : data.ClassCount);
        return (problem.Lasso == 0, unknowns <= MostNewtonUnknowns) switch
        {
            (true, true) => NewtonClassifier.Solve(
                problem, isBinary ? ClassBasis.Binary : ClassBasis.Contrasts(data.ClassCount), labels, cancellationToken),
            (false, true) => ProximalNewton.Solve(
                problem, isBinary ? ClassBasis.Binary : ClassBasis.Each(data.ClassCount), labels, cancellationToken),
            _ => CoordinateDescent.Classes(problem, isBinary, data.ClassCount, labels, cancellationToken),
        };
    }

    private static double[] Column(TrainingData data, int target) =>
        [.. Enumerable.Range(0, data.Targets.Rows).Select(row => data.Targets[row, target])];

    // The intercept of a class without rows would be minus infinity.
    private static void RequireAllClasses(TrainingData data, LinearProblem problem, int[] labels)
    {
        var seen = labels.Where((_, row) => problem.Design.Weights[row] > 0).ToHashSet();
        var absent = Enumerable.Range(0, data.ClassCount).Where(label => !seen.Contains(label)).Take(5).ToArray();
        if (absent.Length > 0)
        {
            throw MeshException.InvalidArgument(
                $"The training part has no rows of class {string.Join(", ", absent)}; engine 'linear' needs rows of all "
                + $"{data.ClassCount} classes.");
        }
    }
}
