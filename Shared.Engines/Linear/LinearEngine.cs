using System.Text.Json;
using MathNet.Numerics.LinearAlgebra;
using Matrix = Skipper.Shared.Storage.Arrays.Matrix;

namespace Skipper.Shared.Engines.Linear;

/// <summary>
/// Ridge regression, solved in closed form: minimizes squared error + ridge * squared coefficients. The intercept is not
/// penalized. Needs no native library, so it works on every machine.
/// </summary>
public sealed class LinearEngine : IModelEngine
{
    private const string Ridge = "ridge";

    private const double MachineEpsilon = 2.220446049250313e-16;

    /// <inheritdoc/>
    public string Name => "linear";

    /// <inheritdoc/>
    public string Version { get; } = typeof(Matrix<>).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    /// <inheritdoc/>
    public string? Missing => null;

    /// <inheritdoc/>
    public IReadOnlyList<ModelTask> Tasks { get; } = [ModelTask.Regression];

    /// <inheritdoc/>
    public bool AcceptsMissing => false;

    /// <inheritdoc/>
    public IReadOnlyList<EngineParameter> Parameters { get; } = [new(Ridge, 0.001, 0, 1e12)];

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
        var featureMeans = ColumnMeans(data.Features);
        var targetMeans = ColumnMeans(data.Targets);
        var weights = Solve(data, featureMeans, targetMeans, parameters[Ridge], cancellationToken);
        watch.Progress(100, "solved");
        return JsonSerializer.SerializeToUtf8Bytes(
            LinearModelFile.Create(weights.ToRowArrays(), featureMeans, targetMeans), LinearModelFile.Json);
    }

    /// <inheritdoc/>
    public ITrainedModel Load(ReadOnlyMemory<byte> file) => new LinearModel(LinearModelFile.Read(file.Span));

    // With sqrt(ridge) * identity below the centered features, ridge regression is plain least squares, and there are
    // never fewer rows than columns. QR first keeps the decomposition columns x columns however many rows there are;
    // SVD of R copes with dependent columns, which a ridge of 0 would divide by.
    private static Matrix<double> Solve(
        TrainingData data, double[] featureMeans, double[] targetMeans, double ridge, CancellationToken cancellationToken)
    {
        var (rows, columns) = (data.Features.Rows, data.Features.Columns);
        var penalty = Math.Sqrt(ridge);
        var left = Matrix<double>.Build.Dense(rows + columns, columns, (row, column) => row < rows
            ? data.Features[row, column] - featureMeans[column]
            : row - rows == column ? penalty : 0);
        var right = Matrix<double>.Build.Dense(rows + columns, data.Targets.Columns, (row, column) => row < rows
            ? data.Targets[row, column] - targetMeans[column]
            : 0);

        var qr = left.QR();
        cancellationToken.ThrowIfCancellationRequested();
        var svd = qr.R.Svd();
        cancellationToken.ThrowIfCancellationRequested();

        var projected = svd.U.TransposeThisAndMultiply(qr.Q.TransposeThisAndMultiply(right));
        var smallest = svd.S.Maximum() * Math.Max(rows, columns) * MachineEpsilon;
        for (var i = 0; i < svd.S.Count; i++)
        {
            var inverse = svd.S[i] > smallest ? 1 / svd.S[i] : 0;
            projected.SetRow(i, projected.Row(i) * inverse);
        }

        return svd.VT.TransposeThisAndMultiply(projected);
    }

    private static double[] ColumnMeans(Matrix matrix)
    {
        var means = new double[matrix.Columns];
        for (var row = 0; row < matrix.Rows; row++)
        {
            for (var column = 0; column < means.Length; column++)
            {
                means[column] += matrix[row, column] / matrix.Rows;
            }
        }

        return means;
    }
}
