using System.Globalization;
using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Services.Training.Experiments;

/// <summary>Puts runs side by side: what differs going in, and all metrics coming out.</summary>
internal static class RunComparison
{
    public static ExperimentComparison Compare(IReadOnlyList<ExperimentRun> runs)
    {
        var inputs = runs.Select(Inputs).ToList();
        var outputs = runs.Select(Outputs).ToList();
        return new ExperimentComparison
        {
            Runs = runs,
            Differences = SideBySide<string, string?>(inputs, value => value)
                .Where(row => row.Value.Distinct().Count() > 1).ToDictionary(row => row.Key, row => row.Value),
            Metrics = SideBySide<double, double?>(outputs, value => value),
        };
    }

    private static Dictionary<string, IReadOnlyList<TShown?>> SideBySide<TValue, TShown>(
        List<Dictionary<string, TValue>> runs, Func<TValue, TShown> show) =>
        runs.SelectMany(run => run.Keys).Distinct().Order(StringComparer.Ordinal).ToDictionary(
            name => name,
            IReadOnlyList<TShown?> (name) => [.. runs.Select(run => run.TryGetValue(name, out var value) ? show(value) : default)]);

    private static Dictionary<string, string> Inputs(ExperimentRun run)
    {
        var inputs = new Dictionary<string, string>
        {
            ["code_version"] = run.CodeVersion,
            ["dataset"] = run.Dataset,
            ["engine"] = run.Engine,
            ["engine_version"] = run.EngineVersion,
            ["features"] = string.Join(", ", run.Features),
            ["seed"] = run.Seed.ToString(CultureInfo.InvariantCulture),
            ["targets"] = string.Join(", ", run.Targets),
            ["task"] = run.Task,
        };
        Add("dataset_version", run.DatasetVersion?.ToString(CultureInfo.InvariantCulture));
        Add("dataset_digest", run.DatasetDigest);
        foreach (var (name, value) in run.Parameters)
        {
            Add($"parameters.{name}", value.ToString("R", CultureInfo.InvariantCulture));
        }

        foreach (var (name, value) in run.Environment.Where(fact => fact.Key != "process"))
        {
            Add($"environment.{name}", value);
        }

        return inputs;

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                inputs[name] = value;
            }
        }
    }

    private static Dictionary<string, double> Outputs(ExperimentRun run) => run.Metrics
        .Concat(run.CrossValidation)
        .ToDictionary(metric => $"{metric.Part}.{metric.Target}.{metric.Name}", metric => metric.Value);
}
