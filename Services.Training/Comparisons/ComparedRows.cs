using System.Globalization;
using Skipper.Services.Training.Trainings;
using Skipper.Shared.Engines;
using Skipper.Shared.Engines.Evaluation;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Services.Training.Comparisons;

/// <summary>The rows that versions are compared on, and what is right there.</summary>
internal sealed class ComparedRows
{
    // Those of all rows and all versions: a class that a version does not know has the probability 0 there.
    private readonly IReadOnlyList<string> _classes;
    private readonly int[]? _groups;

    /// <param name="split">Targets, and behind them the column of queries of a ranking.</param>
    /// <param name="part">The test part.</param>
    /// <param name="challenger">Says the task.</param>
    /// <param name="champion">The other; null = there is none.</param>
    public ComparedRows(DatasetSplit split, PartArrays part, ModelVersion challenger, ModelVersion? champion)
    {
        Split = split;
        Task = TaskOf(challenger);
        Targets = challenger.Targets;
        Part = part;
        _classes = Task.IsClassification()
            ? [.. ClassesOf(challenger).Union(champion is null ? [] : ClassesOf(champion))
                .Union(ClassLabels.Names(split, part.Targets.Column(0).Distinct()))]
            : [];
        if (Task == ModelTask.Ranking)
        {
            var queries = part.Targets.Column(Targets.Count);
            int[] order = [.. Enumerable.Range(0, queries.Length).OrderBy(row => queries[row])];
            Part = new PartArrays(part.Features.Take(order), part.Targets.Take(order));
            _groups = [.. order.GroupBy(row => queries[row]).Select(group => group.Count())];
        }
    }

    public DatasetSplit Split { get; }

    public ModelTask Task { get; }

    public IReadOnlyList<string> Targets { get; }

    public PartArrays Part { get; }

    public static ModelTask TaskOf(ModelVersion version) => version.Task is { } task ? ModelTasks.Parse(task) : ModelTask.Regression;

    /// <summary>Metrics of one target, with names as in <see cref="MetricNames"/>.</summary>
    /// <exception cref="MeshException">A prediction is not finite.</exception>
    public IReadOnlyDictionary<string, double> Measure(
        ModelVersion version, int column, Matrix predictions, CancellationToken cancellationToken)
    {
        var none = EvaluationOptions.WithoutIntervals;
        var truth = Part.Targets.Column(column);
        var metrics = Task switch
        {
            ModelTask.Regression => RegressionReport.Measure(
                truth, PreparedPart.Single(predictions, column), null, none, cancellationToken).Metrics,
            ModelTask.Ranking => RankingReport.Measure(truth, predictions, _groups!, null, none, cancellationToken).Metrics,
            _ => ClassReport.Measure(
                _classes.Count, Numbered(truth), Probabilities(version, predictions), null, none, cancellationToken).Metrics,
        };
        return metrics.Where(metric => metric.Value.Value is not null)
            .ToDictionary(metric => metric.Key, metric => metric.Value.Value!.Value);
    }

    private static IReadOnlyList<string> ClassesOf(ModelVersion version) => version.Classes
        ?? [.. Enumerable.Range(0, Math.Max(2, version.Signature?.Outputs.Count ?? 0)).Select(
            number => number.ToString(CultureInfo.InvariantCulture))];

    private double[] Numbered(double[] truth)
    {
        var numbers = _classes.Select((name, number) => (name, number)).ToDictionary(pair => pair.name, pair => pair.number);
        return [.. ClassLabels.Names(Split, truth).Select(name => (double)numbers[name])];
    }

    private Matrix Probabilities(ModelVersion version, Matrix predictions)
    {
        var own = ClassesOf(version);
        if (predictions.Columns == 1 && _classes.Count == 2 && own.SequenceEqual(_classes))
        {
            return predictions;
        }

        var places = own.Select(name => _classes.TakeWhile(known => known != name).Count()).ToArray();
        var values = new double[predictions.Rows * _classes.Count];
        for (var row = 0; row < predictions.Rows; row++)
        {
            for (var number = 0; number < own.Count; number++)
            {
                values[(row * _classes.Count) + places[number]] = predictions.Columns > 1 ? predictions[row, number]
                    : number == 1 ? predictions[row, 0]
                    : 1 - predictions[row, 0];
            }
        }

        var all = new Matrix(predictions.Rows, _classes.Count, values);
        return _classes.Count == 2 ? new Matrix(all.Rows, 1, all.Column(1)) : all;
    }
}
