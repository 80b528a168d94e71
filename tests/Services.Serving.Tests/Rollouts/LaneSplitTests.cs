using Skipper.Services.Serving.Rollouts;

namespace Skipper.Services.Serving.Tests.Rollouts;

public sealed class LaneSplitTests
{
    private static readonly string[] Keys = [.. Enumerable.Range(0, 20_000).Select(key => $"user-{key}")];

    [Fact]
    public void Each_lane_gets_its_part_of_the_keys()
    {
        var split = Split(("a", 70), ("b", 25), ("c", 5));

        var counts = Keys.GroupBy(split.Choose).ToDictionary(lane => lane.Key, lane => (double)lane.Count());

        // Pearson's chi-square with two degrees of freedom: above 13.8 in one of a thousand splits that are fair.
        double[] expected = [14_000, 5_000, 1_000];
        Assert.InRange(expected.Select((count, lane) => Math.Pow(counts[lane] - count, 2) / count).Sum(), 0, 13.8);
    }

    [Fact]
    public void A_larger_weight_takes_keys_from_others_and_moves_none_between_them()
    {
        var before = Split(("a", 60), ("b", 30), ("c", 10));
        var after = Split(("a", 60), ("b", 30), ("c", 40));

        var moved = Keys.Where(key => before.Choose(key) != after.Choose(key)).ToList();

        Assert.All(moved, key => Assert.Equal(2, after.Choose(key)));
        Assert.InRange(moved.Count, 4_000, 4_300);
    }

    [Fact]
    public void A_key_has_the_same_lane_in_every_process()
    {
        var split = new LaneSplit("housing/1", [("champion", 50), ("challenger", 50)]);

        Assert.Equal("00011111", string.Concat(Keys.Take(8).Select(split.Choose)));
    }

    [Fact]
    public void Another_rollout_tries_other_keys()
    {
        var first = new LaneSplit("housing/1", [("a", 90), ("b", 10)]);
        var second = new LaneSplit("housing/2", [("a", 90), ("b", 10)]);

        var tried = Keys.Where(key => first.Choose(key) == 1).ToList();

        Assert.InRange((double)tried.Count(key => second.Choose(key) == 1) / tried.Count, 0.07, 0.13);
    }

    [Theory]
    [InlineData("")]
    [InlineData("any")]
    public void A_lane_without_weight_gets_nothing(string key) => Assert.Equal(1, Split(("a", 0), ("b", 1), ("c", 0)).Choose(key));

    private static LaneSplit Split(params (string Name, int Weight)[] lanes) => new("housing/1", lanes);
}
