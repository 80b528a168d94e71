using Skipper.Services.Serving.Lanes;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Serving.Tests.Lanes;

public sealed class LaneDeadlineTests
{
    [Fact]
    public async Task A_call_whose_answer_would_be_late_is_told_so_and_not_scored()
    {
        using var bench = new LaneBench(fixedCost: 10, rowCost: 1).Warm();
        var (late, timely) = (bench.Score([1], within: 9), bench.Score([2], within: 30));

        bench.Threads.RunAll();

        Assert.Equal(ErrorCode.DeadlineExceeded, (await late.FailureAsync<MeshException>()).Code);
        await timely.RequireOwnAsync();
        Assert.Equal([[2]], bench.Model.Batches);
    }

    [Fact]
    public async Task An_engine_that_was_never_measured_refuses_nobody_on_a_guess()
    {
        using var bench = new LaneBench(fixedCost: 10, rowCost: 1);
        var answer = bench.Score([1], within: 0.1);

        bench.Threads.RunAll();

        await answer.RequireOwnAsync();
    }

    [Fact]
    public async Task Nothing_is_scored_after_its_deadline()
    {
        using var bench = new LaneBench();
        var late = bench.Score([1], within: 5);
        bench.Time.Advance(5);

        bench.Threads.RunAll();

        Assert.Equal(ErrorCode.DeadlineExceeded, (await late.FailureAsync<MeshException>()).Code);
        Assert.Empty(bench.Model.Batches);
    }

    [Fact]
    public async Task A_batch_takes_no_more_rows_than_its_most_urgent_call_has_time_for()
    {
        // A margin of 20 % at first: 3 rows take at most 3.6 ms, 4 rows 4.8 ms.
        using var bench = new LaneBench(fixedCost: 0, rowCost: 1).Warm();
        var urgent = bench.Score([1], within: 4);
        var others = new[] { bench.Score([2, 3]), bench.Score([4]), bench.Score([5]) };

        bench.Threads.RunAll();

        Assert.Equal([[1, 2, 3], [4, 5]], bench.Model.Batches);
        await Task.WhenAll(others.Append(urgent).Select(answer => answer.RequireOwnAsync()));
        Assert.Equal(1, bench.Statistics.Cuts["slack"]);
    }

    [Fact]
    public async Task A_rest_of_a_bundle_that_would_be_late_ends_the_bundle()
    {
        using var bench = new LaneBench(fixedCost: 0, rowCost: 1, new BatchingOptions { MaxRows = 4 }).Warm();
        var bundle = bench.Score([1, 2, 3, 4, 5, 6], within: 7);
        var single = bench.Score([7]);
        bench.Threads.RunOne();
        bench.Time.Advance(2);

        bench.Threads.RunAll();

        Assert.Equal(ErrorCode.DeadlineExceeded, (await bundle.FailureAsync<MeshException>()).Code);
        Assert.Equal([[1, 2, 3, 4], [7]], bench.Model.Batches);
        await single.RequireOwnAsync();
    }
}
