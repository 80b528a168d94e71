using Skipper.Services.Serving.Lanes;

namespace Skipper.Services.Serving.Tests.Lanes;

public sealed class CostModelTests
{
    [Fact]
    public void A_line_that_was_measured_is_known_exactly()
    {
        var cost = Measured(20e-6, 0.3e-6);

        Assert.Equal(20e-6, cost.Fixed, 9);
        Assert.Equal(0.3e-6, cost.Row, 9);
        Assert.Equal(20e-6 + (100 * 0.3e-6), cost.Seconds(100), 9);
    }

    [Fact]
    public void Before_anything_is_measured_nothing_is_expected()
    {
        var cost = new CostModel();

        Assert.Equal((false, 0, 0), (cost.IsKnown, cost.Seconds(1000), cost.AtMost(1000)));
        Assert.Equal(1024, cost.RowsWithin(0.001, 1024));
    }

    [Fact]
    public void Noisy_batches_of_many_sizes_teach_both_parts_of_the_cost()
    {
        var (cost, random) = (new CostModel(), new Random(7));
        for (var batch = 0; batch < 400; batch++)
        {
            var rows = random.Next(1, 257);
            cost.Learn(rows, (50e-6 + (2e-6 * rows)) * (0.9 + (0.2 * random.NextDouble())));
        }

        Assert.InRange(cost.Fixed, 45e-6, 55e-6);
        Assert.InRange(cost.Row, 1.9e-6, 2.1e-6);
        // Uniform within 10 %: 95 of 100 are less than 9 % above.
        Assert.InRange(cost.Margin, 0.05, 0.15);
    }

    [Fact]
    public void Batches_of_one_size_move_the_whole_and_keep_its_division()
    {
        var cost = Measured(100e-6, 1e-6);
        for (var batch = 0; batch < 200; batch++)
        {
            cost.Learn(64, 164e-6);
        }

        Assert.Equal(100e-6, cost.Fixed, 9);
        Assert.Equal(1e-6, cost.Row, 9);
    }

    [Fact]
    public void Where_only_one_size_was_ever_seen_all_of_it_counts_as_rows_so_that_nobody_waits_to_save_it()
    {
        var cost = new CostModel();
        cost.Learn(10, 0.01);

        Assert.Equal(0, cost.Fixed, 9);
        Assert.Equal(0.001, cost.Row, 9);
    }

    [Fact]
    public void A_pause_does_not_move_the_line()
    {
        var cost = Measured(20e-6, 1e-6);
        for (var batch = 0; batch < 50; batch++)
        {
            cost.Learn(1 + (batch % 32), 20e-6 + (1e-6 * (1 + (batch % 32))));
        }

        cost.Learn(5, 0.030);

        Assert.Equal(25e-6, cost.Seconds(5), 7);
    }

    [Fact]
    public void A_machine_that_became_ten_times_slower_is_believed_in_time()
    {
        var cost = Measured(20e-6, 1e-6);
        for (var batch = 0; batch < 300; batch++)
        {
            var rows = 1 + (batch % 64);
            cost.Learn(rows, 10 * (20e-6 + (1e-6 * rows)));
        }

        Assert.InRange(cost.Seconds(1), 0.9 * 210e-6, 1.1 * 210e-6);
        Assert.InRange(cost.Seconds(64), 0.9 * 840e-6, 1.1 * 840e-6);
    }

    [Fact]
    public void Costs_are_never_negative_whatever_is_measured()
    {
        foreach (var (one, many) in new[] { (1e-3, 1e-4), (1e-6, 1.0), (0.0, 0.0), (5e-3, 5e-3) })
        {
            var cost = new CostModel();
            cost.Calibrate([(1, one), (64, many)]);

            Assert.True(cost is { Fixed: >= 0, Row: > 0, IsKnown: true }, $"{one}, {many}: {cost.Fixed} + n * {cost.Row}");
        }
    }

    [Theory]
    [InlineData(0.0001, 1)]
    [InlineData(0.011, 10)]
    [InlineData(0.071, 64)]
    [InlineData(0.151, 128)]
    [InlineData(10, 960)]
    public void Rows_within_a_time_are_whole_blocks_where_they_are_many(double seconds, int rows) =>
        Assert.Equal(rows, Measured(1e-3, 1e-3).RowsWithin(seconds, 1000));

    private static CostModel Measured(double fixedCost, double row)
    {
        var cost = new CostModel();
        cost.Calibrate([.. new[] { 1, 8, 64, 256 }.Select(rows => (rows, fixedCost + (row * rows)))]);
        return cost;
    }
}
