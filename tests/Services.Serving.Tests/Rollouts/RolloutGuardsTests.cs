using Skipper.Services.Serving.Rollouts;
using Skipper.Shared.Messaging.Contracts;
using static Skipper.Services.Serving.Tests.Rollouts.Plans;

namespace Skipper.Services.Serving.Tests.Rollouts;

public sealed class RolloutGuardsTests
{
    [Theory]
    // Below the minimum count nothing is decided, however bad it looks.
    [InlineData(99, 99, "waiting")]
    [InlineData(100, 100, "broken")]
    // 4 of 100 is above 2 %, but may be chance; 40 of 1,000 is not.
    [InlineData(4, 100, "passed")]
    [InlineData(40, 1000, "broken")]
    [InlineData(19, 1000, "passed")]
    public void An_error_rate_is_broken_where_it_is_surely_above_the_limit(int errors, int calls, string state)
    {
        var check = Check(Guard("error_rate", 0.02), Calls(1000, errors: 0), Calls(calls, errors));

        Assert.Equal((state, (long)calls), (check.State, check.Count));
        Assert.Equal((double)errors / calls, check.Value);
    }

    [Fact]
    public void Errors_that_the_baseline_has_too_are_not_held_against_a_lane()
    {
        var check = Check(Guard("error_rate", 0.02), Calls(1000, errors: 100), Calls(1000, errors: 110));

        Assert.Equal("passed", check.State);
        Assert.Equal(0.1, check.Baseline);
    }

    [Theory]
    [InlineData(30, "passed")]
    [InlineData(120, "broken")]
    public void A_latency_is_broken_where_surely_more_than_one_call_in_twenty_is_slower(int slow, string state)
    {
        var lane = Calls(1000 - slow, errors: 0, milliseconds: 2);
        lane.Add(Calls(slow, errors: 0, milliseconds: 80));

        var check = Check(Guard("p95_latency", 50), Calls(1000, errors: 0, milliseconds: 2), lane);

        Assert.Equal(state, check.State);
        Assert.Equal(2, check.Baseline!.Value, 0.2);
        Assert.Equal(slow > 50 ? 80 : 2, check.Value!.Value, slow > 50 ? 8 : 0.2);
    }

    [Fact]
    public void A_machine_that_is_slow_for_both_takes_no_lane_out() => Assert.Equal(
        "passed", Check(Guard("p95_latency", 50), Calls(500, 0, milliseconds: 90), Calls(500, 0, milliseconds: 95)).State);

    [Theory]
    [InlineData(90, "passed")]
    [InlineData(200, "broken")]
    public void A_disagreement_is_counted_in_rows(int rows, string state)
    {
        var lane = new LaneCounts { Calls = 10, Compared = 1000, Disagreed = rows };

        Assert.Equal((state, 1000L), (Check(Guard("disagreement", 0.1), Calls(10, 0), lane) is var check ? check.State : "", check.Count));
    }

    [Fact]
    public void What_a_guard_found_is_said_in_one_sentence() => Assert.Equal(
        "error_rate of lane 'challenger' (version 2) is 0.25 in 200 calls of the last 10 minutes, that of the baseline 0.01; "
        + "the limit is 0.02: broken.",
        Check(Guard("error_rate", 0.02), Calls(100, 1), Calls(200, 50)).Reason);

    [Fact]
    public void A_guard_looks_no_further_back_than_its_window()
    {
        var rollout = Rollout(Plan(Lane("champion", 1, 50), Lane("challenger", 2, 50)) with
        {
            Guards = [Guard("error_rate", 0.02) with { WindowMinutes = 5 }, Guard("error_rate", 0.02) with { WindowMinutes = 6 }],
        });
        var figures = new LaneFigures(105, [new("challenger", 1, 100, Calls(200, 200)), new("challenger", 1, 105, Calls(200, 0))]);

        Assert.Equal([200L, 400L], RolloutGuards.Check(rollout, figures).Select(check => check.Count));
    }

    [Fact]
    public void A_guard_without_lane_watches_all_but_the_baseline_and_what_is_out_already()
    {
        var rollout = Rollout(Plan(Lane("a", 1, 50), Lane("b", 2, 50), Lane("c", 3, 0), Shadow("d", 4), Lane("e", 5, 10)) with
        {
            Guards = [Guard("error_rate", 0.02)],
        });
        var without = RolloutPlanner.RollBack(
            rollout, [Check(Guard("error_rate", 0.02), Calls(1, 0), Calls(1, 1)) with { Lane = "e" }], default);

        Assert.Equal(["b", "d"], RolloutGuards.Check(without, new LaneFigures(0, [])).Select(check => check.Lane));
    }

    private static GuardCheck Check(RolloutGuard guard, LaneCounts baseline, LaneCounts lane)
    {
        var rollout = Rollout(Plan(Lane("champion", 1, 50), Lane("challenger", 2, 50)) with { Guards = [guard] });
        return Assert.Single(RolloutGuards.Check(
            rollout, new LaneFigures(105, [new("champion", 1, 104, baseline), new("challenger", 1, 104, lane)])));
    }

    private static LaneCounts Calls(int count, int errors, double milliseconds = 1)
    {
        var counts = new LaneCounts();
        for (var call = 0; call < count; call++)
        {
            counts.AddCall(TimeSpan.FromMilliseconds(milliseconds), call < errors ? "internal" : null);
        }

        return counts;
    }
}
