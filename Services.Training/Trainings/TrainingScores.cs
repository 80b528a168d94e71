using Skipper.Shared.Engines;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Services.Training.Trainings;

/// <summary>How good predictions of a part are, in the metrics of the task.</summary>
internal static class TrainingScores
{
    // A probability of exactly 0 for what did happen would make every other row meaningless.
    private const double SmallestProbability = 1e-15;

    public static IReadOnlyList<MetricValue> Measure(
        TrainingPlan plan, string name, PreparedPart part, Matrix predictions) => plan.Task switch
        {
            ModelTask.Regression => [.. Regression(plan, name, part, predictions)],
            ModelTask.Ranking => [Value(plan, name, "ndcg", Ndcg(part, predictions))],
            _ => [.. Classes(plan, name, part, predictions)],
        };

    /// <summary>One number of all metrics of a part: smaller is better, see <see cref="TrialResult.Score"/>.</summary>
    public static double Score(IEnumerable<MetricValue> metrics)
    {
        var targets = metrics.GroupBy(metric => metric.Target).Select(target => target.ToDictionary(metric => metric.Name, metric => metric.Value));
        return targets.Average(values => values switch
        {
            _ when values.TryGetValue("log_loss", out var loss) => loss,
            _ when values.TryGetValue("ndcg", out var gain) => -gain,
            _ when values.TryGetValue("r2", out var r2) => Math.Sqrt(Math.Max(0, 1 - r2)),
            _ => values["rmse"],
        });
    }

    private static IEnumerable<MetricValue> Regression(TrainingPlan plan, string name, PreparedPart part, Matrix predictions)
    {
        foreach (var (target, metrics) in RegressionEvaluation.Measure(plan.Targets, part.Targets, predictions))
        {
            yield return new MetricValue { Part = name, Target = target, Name = "rmse", Value = metrics.Rmse };
            yield return new MetricValue { Part = name, Target = target, Name = "mae", Value = metrics.Mae };
            if (metrics.R2 is { } r2)
            {
                yield return new MetricValue { Part = name, Target = target, Name = "r2", Value = r2 };
            }
        }
    }

    private static IEnumerable<MetricValue> Classes(TrainingPlan plan, string name, PreparedPart part, Matrix predictions)
    {
        double loss = 0, right = 0;
        for (var row = 0; row < predictions.Rows; row++)
        {
            var label = (int)part.Targets[row, 0];
            var probability = predictions.Columns > 1 ? predictions[row, label]
                : label == 1 ? predictions[row, 0] : 1 - predictions[row, 0];
            loss -= Math.Log(Math.Clamp(probability, SmallestProbability, 1));
            right += label == Likeliest(predictions.Row(row)) ? 1 : 0;
        }

        yield return Value(plan, name, "log_loss", loss / predictions.Rows);
        yield return Value(plan, name, "accuracy", right / predictions.Rows);
    }

    private static int Likeliest(ReadOnlySpan<double> probabilities)
    {
        if (probabilities.Length == 1)
        {
            return probabilities[0] >= 0.5 ? 1 : 0;
        }

        var best = 0;
        for (var i = 1; i < probabilities.Length; i++)
        {
            best = probabilities[i] > probabilities[best] ? i : best;
        }

        return best;
    }

    // Normalized discounted cumulative gain over whole queries, gain 2^grade - 1; a query without any grade above 0 counts as 1,
    // as in XGBoost.
    private static double Ndcg(PreparedPart part, Matrix predictions)
    {
        var (sum, start) = (0.0, 0);
        foreach (var size in part.Groups!)
        {
            var rows = Enumerable.Range(start, size).ToArray();
            var ideal = Gain(rows.Select(row => part.Targets[row, 0]).OrderDescending());
            sum += ideal == 0 ? 1 : Gain(rows.OrderByDescending(row => predictions[row, 0]).Select(row => part.Targets[row, 0])) / ideal;
            start += size;
        }

        return sum / part.Groups.Length;
    }

    private static double Gain(IEnumerable<double> grades) =>
        grades.Select((grade, place) => (Math.Pow(2, grade) - 1) / Math.Log2(place + 2)).Sum();

    private static MetricValue Value(TrainingPlan plan, string part, string name, double value) =>
        new() { Part = part, Target = plan.Targets[0], Name = name, Value = value };
}
