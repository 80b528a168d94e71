namespace Skipper.Shared.Engines.XGBoost;

/// <summary>Where boosting starts: what the best model without any feature would predict.</summary>
internal static class BaseScore
{
    // The log odds of a probability beyond are so large that the first trees could not move it.
    private const double SmallestProbability = 1e-4;

    /// <summary>The (weighted) mean for regression and two classes; for the rest only differences matter.</summary>
    public static double Of(TrainingData data, ReadOnlySpan<float> labels)
    {
        if (data.Task is ModelTask.Multiclass or ModelTask.Ranking)
        {
            return 0.5;
        }

        double sum = 0, total = 0;
        for (var row = 0; row < labels.Length; row++)
        {
            var weight = data.Weights?[row] ?? 1;
            sum += weight * labels[row];
            total += weight;
        }

        return data.Task == ModelTask.Binary
            ? Math.Clamp(sum / total, SmallestProbability, 1 - SmallestProbability)
            : sum / total;
    }
}
