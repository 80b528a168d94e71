using System.Text.RegularExpressions;
using Skipper.Services.Serving.Models;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Serving.Rollouts;

/// <summary>Says what is wrong with a plan before anything goes by it.</summary>
internal sealed partial class PlanChecks(ModelFinder models)
{
    private const int MostLanes = 8;
    private const int MostGuards = 16;
    private const int LargestWeight = 1_000_000;

    /// <summary>Checks a plan, and that all its versions can be loaded and predict the same; answers the versions.</summary>
    /// <exception cref="MeshException">What is wrong.</exception>
    public async Task<IReadOnlyList<ModelVersion>> CheckAsync(RolloutPlan plan, CancellationToken cancellationToken)
    {
        Check(plan);
        IReadOnlyList<string>? outputs = null;
        var versions = new List<ModelVersion>();
        foreach (var lane in plan.Lanes)
        {
            using var lease = await models.LeaseAsync(new ModelReference(plan.Model, lane.Version), cancellationToken);
            outputs ??= lease.Model.Outputs;
            Require(
                outputs.Order(StringComparer.Ordinal).SequenceEqual(lease.Model.Outputs.Order(StringComparer.Ordinal)),
                $"All versions must predict the same: version {plan.Lanes[0].Version} predicts {string.Join(", ", outputs)}, "
                + $"version {lane.Version} predicts {string.Join(", ", lease.Model.Outputs)}.");
            versions.Add(lease.Model.Manifest);
        }

        return versions;
    }

    /// <summary>Checks what can be said without looking at the models.</summary>
    /// <exception cref="MeshException">What is wrong.</exception>
    public static void Check(RolloutPlan plan)
    {
        Require(plan.Model.Length is > 0 and <= 64 && !plan.Model.Contains('@', StringComparison.Ordinal), "data.model must name a model, without version or alias.");
        Require(plan.Alias is null || Name().IsMatch(plan.Alias), $"data.alias must match {Name()}, was '{plan.Alias}'.");
        Require(plan.Lanes.Count is >= 1 and <= MostLanes, $"data.lanes must be 1 to {MostLanes}, were {plan.Lanes.Count}.");
        Require(plan.Guards is null or { Count: <= MostGuards }, $"data.guards must be at most {MostGuards}, were {plan.Guards?.Count}.");
        Require(plan.Compared is null or (>= 0 and <= 1), $"data.compared must be between 0 and 1, was {plan.Compared}.");
        Require(plan.Tolerance is null or (>= 0 and < double.PositiveInfinity), $"data.tolerance must be at least 0, was {plan.Tolerance}.");
        foreach (var lane in plan.Lanes)
        {
            Check(lane);
        }

        var twice = plan.Lanes.GroupBy(lane => lane.Name).FirstOrDefault(lanes => lanes.Count() > 1);
        Require(twice is null, $"Lanes must differ in name; '{twice?.Key}' is there twice.");
        Require(!plan.Lanes[0].Shadow, $"The first lane is the baseline, which answers: '{plan.Lanes[0].Name}' must not be a shadow.");
        Require(plan.Lanes.Any(lane => lane.Weight > 0), "At least one lane must have a weight above 0: nobody would answer.");
        foreach (var guard in plan.Guards ?? [])
        {
            Check(guard, plan);
        }
    }

    private static void Check(RolloutLane lane)
    {
        Require(Name().IsMatch(lane.Name), $"The name of a lane must match {Name()}, was '{lane.Name}'.");
        Require(lane.Version > 0, $"Lane '{lane.Name}': versions are numbered from 1, was {lane.Version}.");
        Require(lane.Weight is >= 0 and <= LargestWeight, $"Lane '{lane.Name}': weight must be between 0 and {LargestWeight}, was {lane.Weight}.");
        Require(!lane.Shadow || lane.Weight == 0, $"Lane '{lane.Name}' is a shadow, which never answers: leave its weight {lane.Weight} out.");
    }

    private static void Check(RolloutGuard guard, RolloutPlan plan)
    {
        Require(
            RolloutGuards.Metrics.Contains(guard.Metric),
            $"The metric of a guard must be one of {string.Join(", ", RolloutGuards.Metrics)}, was '{guard.Metric}'.");
        Require(
            guard.Metric == RolloutGuards.Latency ? guard.Limit is > 0 and < double.PositiveInfinity : guard.Limit is >= 0 and < 1,
            FormattableString.Invariant($"The limit of {guard.Metric} must be {(guard.Metric == RolloutGuards.Latency ? "more than 0 milliseconds" : "at least 0 and less than 1")}, was {guard.Limit}."));
        Require(
            guard.Lane is null || plan.Lanes.Skip(1).Any(lane => lane.Name == guard.Lane),
            $"A guard watches lanes after the baseline ({string.Join(", ", plan.Lanes.Skip(1).Select(lane => lane.Name))}), not '{guard.Lane}'.");
        Require(guard.MinimumCount is null or (>= 10 and <= 1_000_000), $"minimum_count must be between 10 and 1000000, was {guard.MinimumCount}.");
        Require(
            guard.WindowMinutes is null or (>= 1 and <= LaneTally.LongestWindow),
            $"window_minutes must be between 1 and {LaneTally.LongestWindow}, was {guard.WindowMinutes}.");
        Require(
            guard.Metric != RolloutGuards.Disagreement || plan.Compared is null or > 0,
            "A guard of disagreement needs rows to compare: data.compared must be more than 0.");
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw MeshException.InvalidArgument(otherwise);
        }
    }

    [GeneratedRegex(@"\A[a-z][a-z0-9_-]{0,62}\z")]
    private static partial Regex Name();
}
