using Skipper.Shared.Storage.Arrays;

namespace Skipper.Shared.Engines.Tests;

/// <summary>Small made-up data, the same on every run.</summary>
internal static class Data
{
    public static Matrix Column(params double[] values) => new(values.Length, 1, values);

    public static Matrix NoRows(int columns) => new(0, columns, []);

    public static TrainingData WithoutValidation(Matrix features, Matrix targets) =>
        new(features, targets, NoRows(features.Columns), NoRows(targets.Columns));

    /// <summary>Two targets that no line can follow: sin(3 a) + b², and |a| with the sign of b.</summary>
    public static TrainingData Nonlinear(int rows)
    {
        var (features, targets) = NonlinearRows(rows, seed: 11);
        var (validationFeatures, validationTargets) = NonlinearRows(rows / 4, seed: 12);
        return new TrainingData(features, targets, validationFeatures, validationTargets);
    }

    public static (Matrix Features, Matrix Targets) NonlinearRows(int rows, int seed)
    {
#pragma warning disable CA5394 // Repeatable, not secret.
        var random = new Random(seed);
        var features = Enumerable.Range(0, rows * 2).Select(_ => (random.NextDouble() * 4) - 2).ToArray();
#pragma warning restore CA5394
        var targets = new double[rows * 2];
        for (var row = 0; row < rows; row++)
        {
            var (a, b) = (features[row * 2], features[(row * 2) + 1]);
            targets[row * 2] = Math.Sin(3 * a) + (b * b);
            targets[(row * 2) + 1] = Math.Abs(a) * Math.Sign(b);
        }

        return (new Matrix(rows, 2, features), new Matrix(rows, 2, targets));
    }
}
