using Skipper.Services.Serving.Lanes;
using Skipper.Services.Serving.Predictions;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Serving.Tests.Lanes;

public sealed class ModelLaneTests
{
    [Fact]
    public async Task A_cheap_call_that_finds_the_engine_free_is_scored_at_once_on_its_callers_thread()
    {
        using var bench = new LaneBench(fixedCost: 0.02, rowCost: 0.001).Warm();

        var answer = bench.Score([3, 4]);

        Assert.Equal(0, bench.Threads.Waiting);
        await answer.RequireOwnAsync();
    }

    [Theory]
    [InlineData(5, 0.001, 1)]
    [InlineData(0.02, 0.001, 9)]
    public async Task A_call_that_takes_long_or_brings_many_rows_does_not_hold_its_callers_thread_up(double fixedCost, double rowCost, int rows)
    {
        using var bench = new LaneBench(fixedCost, rowCost).Warm();

        var answer = bench.Score([.. Enumerable.Range(0, rows).Select(row => (double)row)]);

        Assert.False(answer.IsFinished);
        bench.Threads.RunAll();
        await answer.RequireOwnAsync();
    }

    [Fact]
    public async Task Calls_that_wait_are_scored_together_and_each_gets_its_own()
    {
        using var bench = new LaneBench();
        var answers = new[] { bench.Score([1]), bench.Score([2, 3]), bench.Score([4]) };

        bench.Threads.RunAll();

        Assert.Equal([[1, 2, 3, 4]], bench.Model.Batches);
        await Task.WhenAll(answers.Select(answer => answer.RequireOwnAsync()));
        Assert.Equal(1, bench.Statistics.Cuts["idle"]);
    }

    [Fact]
    public async Task Rows_that_were_refused_before_are_not_scored()
    {
        using var bench = new LaneBench();
        var rows = new RowBatch(3, 1, eachAlone: true);
        (rows.Features.Values[0], rows.Features.Values[2]) = (5, 7);
        rows.Refuse(1, MeshException.InvalidArgument("Row 1: no."));
        var (partly, other) = (bench.Score(rows), bench.Score([9]));

        bench.Threads.RunAll();

        Assert.Equal([[5, 7, 9]], bench.Model.Batches);
        await partly.RequireOwnAsync();
        await other.RequireOwnAsync();
    }

    [Fact]
    public async Task A_call_with_no_row_left_never_reaches_the_engine()
    {
        using var bench = new LaneBench();
        var refused = new RowBatch(1, 1, eachAlone: true);
        refused.Refuse(0, MeshException.InvalidArgument("Row 0: no."));

        await bench.Score(refused).RequireOwnAsync();
        await bench.Score([]).RequireOwnAsync();

        Assert.Empty(bench.Model.Batches);
    }

    [Fact]
    public async Task A_bundle_larger_than_a_batch_is_scored_in_parts_and_lets_others_go_between()
    {
        using var bench = new LaneBench(batching: new BatchingOptions { MaxRows = 4 });
        var (bundle, single) = (bench.Score([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), bench.Score([11]));

        bench.Threads.RunAll();

        Assert.Equal([[1, 2, 3, 4], [11, 5, 6, 7], [8, 9, 10]], bench.Model.Batches);
        await bundle.RequireOwnAsync();
        await single.RequireOwnAsync();
        Assert.Equal(2, bench.Statistics.Cuts["full"]);
    }

    [Fact]
    public async Task No_batch_is_expected_to_take_more_than_half_of_the_latency()
    {
        // 10 ms + 1 ms a row, half of 100 ms: 40 rows.
        using var bench = new LaneBench(fixedCost: 10, rowCost: 1).Warm();
        var bundle = bench.Score([.. Enumerable.Range(0, 100).Select(row => (double)row)]);

        bench.Threads.RunAll();

        Assert.Equal([40, 40, 20], bench.Model.Sizes);
        await bundle.RequireOwnAsync();
    }

    [Fact]
    public async Task While_one_thread_is_busy_another_takes_what_waits()
    {
        LaneBench? bench = null;
        LaneAnswer? second = null;
        using var made = bench = new LaneBench(threads: 2, before: features =>
        {
            if (features[0, 0] == 1)
            {
                second = bench!.Score([2]);
                bench.Threads.RunOne();
            }
        });
        var first = bench.Score([1]);

        bench.Threads.RunAll();

        await first.RequireOwnAsync();
        Assert.Equal([[1], [2]], bench.Model.Batches);
    }

    [Fact]
    public async Task More_batches_than_threads_do_not_run_at_a_time()
    {
        LaneBench? bench = null;
        List<LaneAnswer> during = [];
        using var made = bench = new LaneBench(before: features =>
        {
            if (features[0, 0] == 1)
            {
                during.AddRange([bench!.Score([2]), bench.Score([3])]);
                Assert.Equal(0, bench.Threads.Waiting);
            }
        });
        var first = bench.Score([1]);

        bench.Threads.RunAll();

        Assert.Equal([[1], [2, 3]], bench.Model.Batches);
        await Task.WhenAll(during.Append(first).Select(answer => answer.RequireOwnAsync()));
    }

    [Fact]
    public async Task A_call_that_was_delivered_before_shares_no_batch()
    {
        using var bench = new LaneBench();
        var answers = new[] { bench.Score([1]), bench.Score([2], redelivered: true), bench.Score([3]), bench.Score([4]) };

        bench.Threads.RunAll();

        Assert.Equal([[1], [2], [3, 4]], bench.Model.Batches);
        await Task.WhenAll(answers.Select(answer => answer.RequireOwnAsync()));
        Assert.Equal(2, bench.Statistics.Cuts["alone"]);
    }

    [Fact]
    public async Task A_call_that_finds_too_many_rows_waiting_is_refused_and_told_when_to_come_again()
    {
        using var bench = new LaneBench(fixedCost: 0, rowCost: 100, new BatchingOptions { MaxQueuedRows = 30, LatencyMilliseconds = 60_000 }).Warm();
        var waiting = bench.Score(new double[25]);

        var refusal = Assert.Throws<MeshException>(() => bench.Score(new double[6]));

        Assert.Equal((ErrorCode.ResourceExhausted, 3), (refusal.Code, refusal.RetryAfterSeconds));
        var fits = bench.Score(new double[5]);
        bench.Threads.RunAll();
        await waiting.RequireOwnAsync();
        await fits.RequireOwnAsync();
    }

    [Fact]
    public async Task A_bundle_of_more_rows_than_may_wait_is_taken_where_nothing_waits()
    {
        using var bench = new LaneBench(batching: new BatchingOptions { MaxQueuedRows = 10, MaxRows = 8 });
        var bundle = bench.Score(new double[25]);

        bench.Threads.RunAll();

        await bundle.RequireOwnAsync();
    }

    [Fact]
    public async Task An_engine_that_takes_fewer_rows_than_a_batch_may_have_gets_no_more()
    {
        using var bench = new LaneBench(rowCost: 0.1, before: features =>
        {
            if (features.Rows > 64)
            {
                throw new ArithmeticException("At most 64.");
            }
        }).Warm();
        var bundle = bench.Score(new double[100]);

        bench.Threads.RunAll();

        await bundle.RequireOwnAsync();
        Assert.Equal(64, bench.Statistics.Cost.MostRows);
        Assert.All(bench.Model.Sizes, size => Assert.InRange(size, 1, 64));
    }

    [Fact]
    public async Task An_engine_that_waits_for_a_server_keeps_no_other_engine_waiting()
    {
        using var threads = new ScoringThreads(1);
        using var answered = new ManualResetEventSlim();
        var settings = new LaneSettings { Threads = threads };
        using var remote = new ModelLane(new ScriptedModel(_ => answered.Wait()) { IsRemote = true }, settings);
        using var local = new ModelLane(new ScriptedModel(), settings);
        var call = new PredictionCall { Rows = new NoRows(), RequestId = "test" };
        var (far, near) = (new RowBatch(1, 1, eachAlone: false), new RowBatch(1, 1, eachAlone: false));
        var waiting = remote.ScoreAsync(far, call, TestContext.Current.CancellationToken).AsTask();

        await local.ScoreAsync(near, call, TestContext.Current.CancellationToken);

        Assert.NotNull(near.Predictions);
        Assert.False(waiting.IsCompleted);
        answered.Set();
        await waiting;
        Assert.NotNull(far.Predictions);
    }

    [Fact]
    public async Task A_call_that_is_given_up_while_it_waits_leaves_at_once_and_is_not_scored()
    {
        using var bench = new LaneBench();
        using var gone = new CancellationTokenSource();
        var (first, second) = (bench.Score([1], giveUp: gone), bench.Score([2]));

        gone.Cancel();

        await first.FailureAsync<TaskCanceledException>();
        Assert.Equal(1, bench.Statistics.QueuedRows);
        bench.Threads.RunAll();
        Assert.Equal([[2]], bench.Model.Batches);
        await second.RequireOwnAsync();
    }

    [Fact]
    public async Task A_bundle_that_is_given_up_while_a_part_is_scored_keeps_its_caller_until_then_and_gets_no_further_part()
    {
        using var gone = new CancellationTokenSource();
        LaneAnswer? bundle = null;
        using var bench = new LaneBench(batching: new BatchingOptions { MaxRows = 2 }, before: _ =>
        {
            gone.Cancel();
            Assert.False(bundle!.IsFinished);
        });
        bundle = bench.Score([1, 2, 3, 4, 5], giveUp: gone);

        bench.Threads.RunAll();

        await bundle.FailureAsync<TaskCanceledException>();
        Assert.Equal([[1, 2]], bench.Model.Batches);
        Assert.Equal(0, bench.Statistics.QueuedRows);
    }
}
