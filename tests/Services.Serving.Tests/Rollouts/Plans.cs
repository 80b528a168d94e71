using Skipper.Services.Serving.Rollouts;
using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Services.Serving.Tests.Rollouts;

/// <summary>Plans of rollouts, short to write.</summary>
internal static class Plans
{
    public static RolloutPlan Plan(params RolloutLane[] lanes) => new() { Model = "housing", Lanes = lanes, Actor = "ann", Reason = "trial" };

    public static RolloutLane Lane(string name, int version, int weight) => new() { Name = name, Version = version, Weight = weight };

    public static RolloutLane Shadow(string name, int version) => new() { Name = name, Version = version, Shadow = true };

    public static RolloutGuard Guard(string metric, double limit) => new() { Metric = metric, Limit = limit };

    public static Rollout Rollout(RolloutPlan plan, Rollout? before = null) =>
        RolloutPlanner.Apply(plan, before, new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero))!;
}
