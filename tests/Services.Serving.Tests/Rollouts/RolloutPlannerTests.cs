using Skipper.Services.Serving.Rollouts;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using static Skipper.Services.Serving.Tests.Rollouts.Plans;

namespace Skipper.Services.Serving.Tests.Rollouts;

public sealed class RolloutPlannerTests
{
    private static readonly RolloutPlan Half = Plan(Lane("champion", 1, 50), Lane("challenger", 2, 50));

    [Fact]
    public void A_rollout_is_started_once_and_changed_from_then_on()
    {
        var first = Rollout(Half);
        var second = Rollout(Plan(Lane("champion", 1, 10), Lane("challenger", 2, 90)), first);

        Assert.Equal((1, "started", 1), (first.Number, first.Kind, first.Started));
        Assert.Equal((2, "changed", 1), (second.Number, second.Kind, second.Started));
        Assert.Equal((1.0, 0.05), (second.Compared, second.Tolerance));
    }

    [Fact]
    public void The_same_plan_changes_nothing() =>
        Assert.Null(RolloutPlanner.Apply(Half with { Reason = "again" }, Rollout(Half), default));

    [Fact]
    public void Figures_begin_anew_only_where_they_would_be_of_something_else()
    {
        var first = Rollout(Plan(Lane("a", 1, 50), Lane("b", 2, 50), Lane("c", 3, 50), Shadow("d", 4)));

        var second = Rollout(Plan(Lane("a", 1, 10), Lane("b", 7, 50), Lane("c", 3, 50), Lane("d", 4, 1), Lane("e", 5, 1)), first);

        Assert.Equal([1, 2, 1, 2, 2], second.Lanes.Select(lane => lane.Since));
    }

    [Fact]
    public void A_lane_that_was_rolled_back_comes_back_with_the_next_plan_and_without_its_past()
    {
        var back = RolloutPlanner.RollBack(Rollout(Half), [Broken("challenger", "too slow")], default);

        Assert.Equal((2, "rolled_back", "guard", "too slow"), (back.Number, back.Kind, back.Actor, back.Reason));
        Assert.Equal([null, "too slow"], back.Lanes.Select(lane => lane.RolledBack));
        var again = Rollout(Half, back);
        Assert.Equal([(1, null), (3, null)], again.Lanes.Select(lane => (lane.Since, lane.RolledBack)));
    }

    [Fact]
    public void After_the_end_a_new_rollout_begins()
    {
        var next = Rollout(Half, Rollout(Half) with { Number = 4, Kind = RolloutTable.Stopped });

        Assert.Equal((5, "started", 5), (next.Number, next.Kind, next.Started));
    }

    [Fact]
    public void A_plan_that_cannot_work_is_refused_with_what_is_wrong()
    {
        Refuse(Half with { Model = "housing@2" }, "data.model must name a model, without version or alias.");
        Refuse(Half with { Alias = "Best" }, @"data.alias must match \A[a-z][a-z0-9_-]{0,62}\z, was 'Best'.");
        Refuse(Plan(), "data.lanes must be 1 to 8, were 0.");
        Refuse(Half with { Compared = 1.5 }, "data.compared must be between 0 and 1, was 1.5.");
        Refuse(Half with { Tolerance = double.NaN }, "data.tolerance must be at least 0, was NaN.");
        Refuse(Plan(Lane("a", 0, 1)), "Lane 'a': versions are numbered from 1, was 0.");
        Refuse(Plan(Lane("a", 1, -1)), "Lane 'a': weight must be between 0 and 1000000, was -1.");
        Refuse(Plan(Lane("a", 1, 1), Lane("a", 2, 1)), "Lanes must differ in name; 'a' is there twice.");
        Refuse(Plan(Lane("a", 1, 0)), "At least one lane must have a weight above 0: nobody would answer.");
        Refuse(Plan(Shadow("a", 1), Lane("b", 1, 1)), "The first lane is the baseline, which answers: 'a' must not be a shadow.");
        Refuse(
            Plan(Lane("a", 1, 1), Shadow("b", 1) with { Weight = 3 }),
            "Lane 'b' is a shadow, which never answers: leave its weight 3 out.");
        Refuse(
            Half with { Guards = [Guard("errors", 1)] },
            "The metric of a guard must be one of error_rate, p95_latency, disagreement, was 'errors'.");
        Refuse(Half with { Guards = [Guard("error_rate", 2)] }, "The limit of error_rate must be at least 0 and less than 1, was 2.");
        Refuse(Half with { Guards = [Guard("p95_latency", 0)] }, "The limit of p95_latency must be more than 0 milliseconds, was 0.");
        Refuse(
            Half with { Guards = [Guard("error_rate", 0.1) with { Lane = "champion" }] },
            "A guard watches lanes after the baseline (challenger), not 'champion'.");
        Refuse(
            Half with { Guards = [Guard("disagreement", 0.1)], Compared = 0 },
            "A guard of disagreement needs rows to compare: data.compared must be more than 0.");
    }

    private static GuardCheck Broken(string lane, string reason) =>
        new() { Metric = "p95_latency", Lane = lane, State = "broken", Reason = reason, Count = 100 };

    private static void Refuse(RolloutPlan plan, string message)
    {
        var error = Assert.Throws<MeshException>(() => PlanChecks.Check(plan));
        Assert.Equal((ErrorCode.InvalidArgument, message), (error.Code, error.Message));
    }
}
