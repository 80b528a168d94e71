using System.Collections.Frozen;

namespace Skipper.Shared.Engines.Evaluation;

/// <summary>The metrics of an evaluation, as they are written in reports and requests.</summary>
public static class MetricNames
{
    /// <summary>In the target's unit: root of the mean squared error, mean, median and largest absolute error, mean error.</summary>
    public const string Rmse = "rmse", Mae = "mae", MedianError = "median_error", MaxError = "max_error", Bias = "bias";

    /// <summary>Without a unit: 1 - squared error / variance, and the mean of |error / truth|.</summary>
    public const string R2 = "r2", Mape = "mape";

    /// <summary>Of the class with the largest probability: share of right ones, and its mean over the classes.</summary>
    public const string Accuracy = "accuracy", BalancedAccuracy = "balanced_accuracy";

    /// <summary>Of the probabilities: -log of the right class, squared error, area under the ROC curve, |said - seen|.</summary>
    public const string LogLoss = "log_loss", Brier = "brier", Auc = "auc", CalibrationError = "calibration_error";

    /// <summary>Of class 1 for two classes, otherwise the mean over the classes; and Matthews' correlation.</summary>
    public const string Precision = "precision", Recall = "recall", F1 = "f1", Mcc = "mcc";

    /// <summary>Area under precision by recall of class 1, for two classes.</summary>
    public const string AveragePrecision = "average_precision";

    /// <summary>Normalized discounted cumulative gain: of all rows of a query, and of the first ones.</summary>
    public const string Ndcg = "ndcg", Ndcg5 = "ndcg@5", Ndcg10 = "ndcg@10";

    // The last ones of each line are measured by others only, who may give them to a promotion.
    private static readonly FrozenSet<string> LowerIsBetter = FrozenSet.ToFrozenSet(
        [Rmse, Mae, MedianError, MaxError, Mape, LogLoss, Brier, CalibrationError, "mse", "smape", "median_absolute_error"]);

    private static readonly FrozenSet<string> HigherIsBetter = FrozenSet.ToFrozenSet(
        [
            R2, Accuracy, BalancedAccuracy, Auc, AveragePrecision, Precision, Recall, F1, Mcc, Ndcg, Ndcg5, Ndcg10,
            "macro_f1", "macro_precision", "macro_recall", "map", "mrr",
        ]);

    /// <summary>All metrics of which more or less is better.</summary>
    public static IReadOnlyCollection<string> Directed { get; } = [.. LowerIsBetter, .. HigherIsBetter];

    /// <summary>All metrics of a task, the one to choose models by first.</summary>
    public static IReadOnlyList<string> Of(ModelTask task) => task switch
    {
        ModelTask.Regression => [Rmse, Mae, MedianError, MaxError, Bias, R2, Mape],
        ModelTask.Binary =>
            [LogLoss, Brier, Auc, AveragePrecision, Accuracy, BalancedAccuracy, Precision, Recall, F1, Mcc, CalibrationError],
        ModelTask.Multiclass => [LogLoss, Brier, Auc, Accuracy, BalancedAccuracy, Precision, Recall, F1, Mcc, CalibrationError],
        _ => [Ndcg, Ndcg5, Ndcg10],
    };

    /// <summary>Whether more is better; null for what is not known, and for <see cref="Bias"/>, where nearer to 0 is better.</summary>
    public static bool? IsHigherBetter(string name) =>
        HigherIsBetter.Contains(name) ? true : LowerIsBetter.Contains(name) ? false : null;
}
