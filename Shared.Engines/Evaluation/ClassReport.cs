using Skipper.Shared.Storage.Arrays;

namespace Skipper.Shared.Engines.Evaluation;

/// <summary>How well probabilities tell classes apart.</summary>
/// <param name="Metrics">By <see cref="MetricNames"/>.</param>
/// <param name="ConfusionMatrix">Weight of the rows by their class (first) and by the class with the largest probability.</param>
/// <param name="Classes">One per class.</param>
/// <param name="Calibration">
/// Whether probabilities mean what they say: of class 1 for two classes, otherwise of the class with the largest one.
/// Ten bins of the same width; those without rows are left out.
/// </param>
public sealed record ClassReport(
    IReadOnlyDictionary<string, Estimate> Metrics,
    IReadOnlyList<double[]> ConfusionMatrix,
    IReadOnlyList<ClassScores> Classes,
    IReadOnlyList<CalibrationBin> Calibration)
{
    /// <summary>Measures a classifier.</summary>
    /// <param name="classCount">Number of classes.</param>
    /// <param name="truth">Class of each row, from 0.</param>
    /// <param name="probabilities">
    /// Shape (rows, 1) for two classes: of class 1; otherwise (rows, classes), each row adding up to 1.
    /// </param>
    /// <param name="weights">How much each row counts; null = all the same.</param>
    /// <param name="options">Whether and how intervals are found.</param>
    /// <param name="cancellationToken">Checked once per resample.</param>
    /// <exception cref="ArgumentException">Shapes do not match, or a class or a weight is not possible.</exception>
    /// <exception cref="InvalidDataException">A probability is not from 0 to 1.</exception>
    public static ClassReport Measure(
        int classCount,
        double[] truth,
        Matrix probabilities,
        double[]? weights,
        EvaluationOptions options,
        CancellationToken cancellationToken)
    {
        var isBinary = classCount == 2 && probabilities.Columns == 1;
        var counted = EvaluationChecks.Require(truth.Length, probabilities, isBinary ? 1 : classCount, weights);
        if (!truth.All(label => double.IsInteger(label) && label >= 0 && label < classCount))
        {
            throw new ArgumentException($"Expected classes from 0 to {classCount - 1}.");
        }

        if (!probabilities.Values.All(value => value is >= 0 and <= 1))
        {
            throw new InvalidDataException("The model predicts probabilities that are not from 0 to 1.");
        }

        var sample = new ClassSample(classCount, [.. truth.Select(label => (int)label)], probabilities);
        var metrics = new Bootstrap(options, cancellationToken).Measure(
            MetricNames.Of(isBinary ? ModelTask.Binary : ModelTask.Multiclass), counted, classCount, sample.Measure);
        return new ClassReport(
            metrics,
            sample.Confusion(counted).ToRows(),
            ClassScores.Measure(sample, counted, options.Confidence),
            CalibrationBin.Measure(sample, counted, options.Confidence));
    }
}
