namespace Skipper.Shared.Engines.Evaluation;

/// <summary>How well one class is told from the others.</summary>
/// <param name="Label">Number of the class, from 0.</param>
/// <param name="Support">Weight of its rows.</param>
/// <param name="Precision">Part of those said to be of it that are, with Wilson's interval; null values where none were.</param>
/// <param name="Recall">Part of it that was found, with Wilson's interval; null values where it has no rows.</param>
/// <param name="F1">Harmonic mean of both; null where the class is neither seen nor said.</param>
/// <param name="Auc">Area under the ROC curve of its probability; null where all rows are of the class, or none.</param>
public sealed record ClassScores(
    int Label, double Support, Estimate Precision, Estimate Recall, double? F1, double? Auc)
{
    internal static ClassScores[] Measure(ClassSample sample, double[] weights, double confidence)
    {
        var confusion = sample.Confusion(weights);
        var squares = sample.Confusion([.. weights.Select(weight => weight * weight)]);
        return [.. Enumerable.Range(0, sample.Classes).Select(label => new ClassScores(
            label,
            confusion.Right(label),
            Wilson.Estimate(confusion.Hits(label), confusion.Said(label), squares.Said(label), confidence),
            Wilson.Estimate(confusion.Hits(label), confusion.Right(label), squares.Right(label), confidence),
            confusion.Right(label) + confusion.Said(label) > 0 ? confusion.F1(label) : null,
            sample.AreaUnderCurve(label, weights) is var area && double.IsNaN(area) ? null : area))];
    }
}
