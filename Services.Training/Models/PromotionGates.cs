using Skipper.Shared.Engines;
using Skipper.Shared.Engines.Evaluation;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Scores = System.Collections.Generic.IReadOnlyDictionary<
    string, System.Collections.Generic.IReadOnlyDictionary<string, double>>;

namespace Skipper.Services.Training.Models;

/// <summary>Decides whether a challenger is better than a champion: both measured on the same rows, or not at all.</summary>
internal static class PromotionGates
{
    /// <param name="gate">What must hold.</param>
    /// <param name="challenger">The version that wants the alias.</param>
    /// <param name="champion">The version that has it; null = nobody.</param>
    /// <exception cref="MeshException">The two cannot be compared by this gate; says what to do.</exception>
    public static GateResult Decide(PromotionGate gate, ModelVersion challenger, ModelVersion? champion)
    {
        var higher = RequireDirection(gate);
        if (champion is null || champion.Version == challenger.Version)
        {
            return new GateResult
            {
                Passed = true,
                Reason = champion is null ? "There is no version to be better than." : "It has the alias already.",
                Metric = gate.Metric,
                Target = gate.Target,
                ChampionVersion = champion?.Version,
                MinimumGain = gate.MinimumGain,
            };
        }

        var (mine, theirs, digest) = gate.Comparison is { } comparison
            ? Compared(comparison, challenger, champion)
            : (TestMetrics(challenger), TestMetrics(champion), RequireSameRows(challenger, champion));
        var (target, value) = Find(gate, mine, challenger);
        var (_, other) = Find(gate with { Target = target }, theirs, champion);
        var gain = higher ? value - other : other - value;
        var passed = gain >= gate.MinimumGain;
        return new GateResult
        {
            Passed = passed,
            Reason = FormattableString.Invariant(
                $"{gate.Metric} of '{target}' is {value:G6}, that of version {champion.Version} is {other:G6}: {Gain(gain)}, ")
                + FormattableString.Invariant($"{(passed ? "enough" : "too little")} for a gain of at least {gate.MinimumGain:G6}."),
            Metric = gate.Metric,
            Target = target,
            Challenger = value,
            Champion = other,
            ChampionVersion = champion.Version,
            MinimumGain = gate.MinimumGain,
            TestDigest = digest,
        };
    }

    private static string Gain(double gain) =>
        gain >= 0 ? FormattableString.Invariant($"better by {gain:G6}") : FormattableString.Invariant($"worse by {-gain:G6}");

    private static bool RequireDirection(PromotionGate gate)
    {
        if (!double.IsFinite(gate.MinimumGain))
        {
            throw MeshException.InvalidArgument("gate.minimum_gain must be a finite number.");
        }

        return MetricNames.IsHigherBetter(gate.Metric)
            ?? throw MeshException.InvalidArgument(gate.Metric == MetricNames.Bias
                ? $"gate.metric '{gate.Metric}' is best at 0, not where it is largest or smallest; take another."
                : $"gate.metric '{gate.Metric}' is not known; did you mean '{NearestName.Find(gate.Metric, MetricNames.Directed)}'?");
    }

    private static (Scores Mine, Scores Theirs, string Digest) Compared(
        ModelComparison comparison, ModelVersion challenger, ModelVersion champion) =>
        comparison.Name == challenger.Name && comparison.Version == challenger.Version
            && comparison.ChampionVersion == champion.Version && comparison.Champion is { } theirs
            ? (comparison.Challenger, theirs, comparison.TestDigest)
            : throw MeshException.FailedPrecondition(
                $"gate.comparison is of {comparison.Name} version {comparison.Version} and {comparison.ChampionVersion}; the alias is "
                + $"about {challenger.Name} version {challenger.Version} and {champion.Version}. Send compare_models again.");

    private static string RequireSameRows(ModelVersion challenger, ModelVersion champion) =>
        challenger.Lineage?.TestDigest is { } digest && digest == champion.Lineage?.TestDigest
            ? digest
            : throw MeshException.FailedPrecondition(
                $"The test metrics of versions {challenger.Version} and {champion.Version} of '{challenger.Name}' are of different rows. "
                + "Send compare_models, which measures both on the same, and give its answer as gate.comparison.");

    private static Scores TestMetrics(ModelVersion version)
    {
        if (version.Scores?.GetValueOrDefault("test") is { } scores)
        {
            return scores.ToDictionary(
                target => target.Key,
                target => (IReadOnlyDictionary<string, double>)target.Value.ToDictionary(score => score.Key, score => score.Value.Value));
        }

        return RegressionScores.Of(version.Metrics.GetValueOrDefault("test"));
    }

    private static (string Target, double Value) Find(PromotionGate gate, Scores scores, ModelVersion version)
    {
        var target = gate.Target ?? (scores.Count == 1
            ? scores.Keys.Single()
            : throw MeshException.InvalidArgument($"gate.target must name one of: {string.Join(", ", scores.Keys)}."));
        var metrics = scores.GetValueOrDefault(target)
            ?? throw MeshException.InvalidArgument(
                $"gate.target '{target}' is no target of version {version.Version}; known: {string.Join(", ", scores.Keys)}.");
        return metrics.TryGetValue(gate.Metric, out var value)
            ? (target, value)
            : throw MeshException.InvalidArgument(
                $"Version {version.Version} has no {gate.Metric} for '{target}'; known: {string.Join(", ", metrics.Keys)}.");
    }
}
