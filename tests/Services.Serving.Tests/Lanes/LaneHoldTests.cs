using Skipper.Services.Serving.Lanes;

namespace Skipper.Services.Serving.Tests.Lanes;

public sealed class LaneHoldTests
{
    [Fact]
    public async Task An_engine_whose_batches_cost_little_never_waits_for_more()
    {
        using var bench = new LaneBench(fixedCost: 0.5, rowCost: 0.01).Warm();
        for (var call = 0; call < 20; call++)
        {
            var answer = bench.Score([call]);
            bench.Threads.RunAll();
            await answer.RequireOwnAsync();
            bench.Time.Advance(0.01);
        }

        Assert.Equal(Enumerable.Repeat(1, 20), bench.Model.Sizes);
    }

    [Fact]
    public async Task An_engine_whose_batches_cost_much_waits_while_calls_come_fast_and_no_longer_than_it_may()
    {
        using var bench = new LaneBench(fixedCost: 20, rowCost: 0.01).Warm();
        List<LaneAnswer> answers = [];
        for (var call = 0; call < 5; call++)
        {
            answers.Add(bench.Score([call]));
            bench.Time.Advance(0.5);
        }

        bench.Threads.RunAll();
        var started = bench.Time.GetTimestamp();
        while (bench.Model.Batches.Count < 2)
        {
            answers.Add(bench.Score([answers.Count]));
            bench.Threads.RunAll();
            bench.Time.Advance(0.5);
        }

        // The first five have waited long enough when a thread comes. The sixth is held for 2 ms, and calls of that time share its batch.
        Assert.Equal([[0, 1, 2, 3, 4], [5, 6, 7, 8, 9]], bench.Model.Batches);
        Assert.Equal(2, bench.Statistics.Cuts["gap"]);
        Assert.Equal(2 + 20.05 + 0.5, (bench.Time.GetTimestamp() - started) / 10_000.0, 3);
        await Task.WhenAll(answers.Select(answer => answer.RequireOwnAsync()));
    }

    [Fact]
    public async Task It_does_not_wait_where_the_next_call_is_further_away_than_a_batch_costs()
    {
        using var bench = new LaneBench(fixedCost: 5, rowCost: 0.01).Warm();
        for (var call = 0; call < 5; call++)
        {
            var answer = bench.Score([call]);
            bench.Threads.RunAll();
            await answer.RequireOwnAsync();
            bench.Time.Advance(10);
        }

        Assert.Equal(4, bench.Statistics.Cuts["gap"]);
    }

    [Fact]
    public void It_waits_no_longer_than_two_gaps_for_a_call_that_does_not_come()
    {
        using var bench = new LaneBench(fixedCost: 20, rowCost: 0.01, new BatchingOptions { MaxHoldMilliseconds = 100 }).Warm();
        bench.Score([1]);
        bench.Time.Advance(3);
        bench.Score([2]);
        bench.Threads.RunAll();
        Assert.Empty(bench.Model.Batches);

        bench.Time.Advance(5.9);
        bench.Threads.RunAll();
        Assert.Empty(bench.Model.Batches);

        bench.Time.Advance(0.1);
        bench.Threads.RunAll();
        Assert.Equal([[1, 2]], bench.Model.Batches);
    }

    [Fact]
    public async Task It_waits_no_longer_than_a_deadline_allows()
    {
        // The batch of three takes 20.03 ms, at most 24.04 ms; 26 ms leave one whole millisecond.
        using var bench = new LaneBench(fixedCost: 20, rowCost: 0.01, new BatchingOptions { MaxHoldMilliseconds = 100 }).Warm();
        bench.Score([1]);
        bench.Time.Advance(3);
        var urgent = bench.Score([2], within: 26);
        bench.Threads.RunAll();
        Assert.Empty(bench.Model.Batches);

        bench.Time.Advance(1);
        bench.Threads.RunAll();

        Assert.Equal([[1, 2]], bench.Model.Batches);
        await urgent.RequireOwnAsync();
        Assert.Equal(1, bench.Statistics.Cuts["slack"]);
    }
}
