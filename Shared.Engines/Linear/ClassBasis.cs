namespace Skipper.Shared.Engines.Linear;

/// <summary>
/// How few numbers give the scores of all classes. Two classes: one number, the log odds of class 1. More: class count - 1
/// numbers on an orthonormal basis of what adds up to 0, because a number added to all scores changes no probability.
/// The basis keeps lengths, so that a ridge on the numbers is the ridge on the coefficients of all classes.
/// </summary>
internal sealed class ClassBasis
{
    private readonly double[,] _scores;

    private ClassBasis(double[,] scores) => _scores = scores;

    /// <summary>Log odds.</summary>
    public static ClassBasis Binary { get; } = new(new double[,] { { 0 }, { 1 } });

    /// <summary>Number of classes.</summary>
    public int Classes => _scores.GetLength(0);

    /// <summary>Number of numbers.</summary>
    public int Size => _scores.GetLength(1);

    /// <summary>What the score of a class gets of one number.</summary>
    public double this[int label, int part] => _scores[label, part];

    /// <summary>A number for each class: one too many, but the lasso is on the coefficients of each class.</summary>
    public static ClassBasis Each(int classes)
    {
        var scores = new double[classes, classes];
        for (var label = 0; label < classes; label++)
        {
            scores[label, label] = 1;
        }

        return new ClassBasis(scores);
    }

    /// <summary>Columns of Helmert's matrix: each class against those before it.</summary>
    public static ClassBasis Contrasts(int classes)
    {
        var scores = new double[classes, classes - 1];
        for (var part = 0; part < classes - 1; part++)
        {
            var length = Math.Sqrt((part + 1.0) * (part + 2.0));
            for (var label = 0; label <= part; label++)
            {
                scores[label, part] = 1 / length;
            }

            scores[part + 1, part] = -(part + 1) / length;
        }

        return new ClassBasis(scores);
    }

    /// <summary>Probabilities of the classes; returns the logarithm of the sum that they were divided by.</summary>
    public double Probabilities(ReadOnlySpan<double> numbers, Span<double> probabilities)
    {
        for (var label = 0; label < Classes; label++)
        {
            probabilities[label] = Score(label, numbers);
        }

        return Softmax.Normalize(probabilities);
    }

    /// <summary>The score of a class.</summary>
    public double Score(int label, ReadOnlySpan<double> numbers)
    {
        double score = 0;
        for (var part = 0; part < Size; part++)
        {
            score += _scores[label, part] * numbers[part];
        }

        return score;
    }
}
