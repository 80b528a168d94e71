using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Services.Training.Evidence;

/// <summary>What the plots of a model card show.</summary>
internal static class Plots
{
    private const int MostPoints = 200;
    private const int MostCurves = 10;
    private const int BinCount = 10;

    public static IReadOnlyList<ResidualSample> Residuals(IReadOnlyList<string> targets, Matrix predicted, Matrix actual)
    {
        var rows = Samples.Spread(predicted.Rows, MostPoints);
        return [.. targets.Select((target, column) => new ResidualSample(
            target, [.. rows.Select(row => predicted[row, column])], [.. rows.Select(row => actual[row, column])]))];
    }

    /// <param name="classes">Names of the predicted columns; one = the probability of class 1.</param>
    /// <param name="predicted">Probabilities.</param>
    /// <param name="actual">Numbers of classes.</param>
    public static IReadOnlyList<CalibrationCurve> Calibration(IReadOnlyList<string> classes, Matrix predicted, Matrix actual) =>
        [.. classes.Take(MostCurves).Select((name, column) => new CalibrationCurve(
            name, Bins(predicted, actual, column, number: classes.Count == 1 ? 1 : column)))];

    private static IReadOnlyList<CalibrationBin> Bins(Matrix predicted, Matrix actual, int column, int number) =>
        [.. Enumerable.Range(0, predicted.Rows)
            .GroupBy(row => Math.Clamp((int)(predicted[row, column] * BinCount), 0, BinCount - 1))
            .OrderBy(bin => bin.Key)
            .Select(bin => new CalibrationBin(
                bin.Average(row => predicted[row, column]), bin.Average(row => actual[row, 0] == number ? 1 : 0), bin.Count()))];
}
