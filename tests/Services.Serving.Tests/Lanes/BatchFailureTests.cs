using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Services.Serving.Tests.Lanes;

public sealed class BatchFailureTests
{
    private const double Poison = 13;

    [Fact]
    public async Task A_poisoned_row_in_a_batch_of_64_calls_fails_its_call_alone()
    {
        using var bench = new LaneBench(before: Choke);
        var answers = Enumerable.Range(0, 64).Select(row => bench.Score([row])).ToList();

        bench.Threads.RunAll();

        Assert.Equal(64, bench.Model.Sizes.First());
        Assert.Equal("13 is too much.", (await answers[13].FailureAsync<ArithmeticException>()).Message);
        answers.RemoveAt(13);
        await Task.WhenAll(answers.Select(answer => answer.RequireOwnAsync()));
        // Halves of the half that holds it, from 64 to 1: two calls for each of six, and the first.
        Assert.Equal(13, bench.Model.Batches.Count);
    }

    [Fact]
    public async Task A_poisoned_row_in_a_bundle_of_64_fails_alone_where_the_caller_wants_each_row()
    {
        using var bench = new LaneBench(before: Choke);
        var bundle = bench.Score([.. Enumerable.Range(0, 64).Select(row => (double)row)], eachAlone: true);

        bench.Threads.RunAll();

        await bundle.RequireOwnAsync();
        Assert.Equal(1, bundle.Rows.Refused);
        var error = bundle.Rows.Error(13)!;
        Assert.Equal(
            (ErrorCode.Internal, "Row 13: the model failed on it with ArithmeticException; the worker's log has the details."),
            (error.Code, error.Message));
    }

    [Fact]
    public async Task A_bundle_that_wants_all_rows_or_none_fails_as_a_whole_and_its_neighbors_do_not()
    {
        using var bench = new LaneBench(before: Choke);
        var (before, bundle, after) = (bench.Score([1]), bench.Score([2, Poison, 3]), bench.Score([4]));

        bench.Threads.RunAll();

        await bundle.FailureAsync<ArithmeticException>();
        await before.RequireOwnAsync();
        await after.RequireOwnAsync();
    }

    [Fact]
    public async Task Several_poisoned_rows_fail_in_whatever_call_they_are()
    {
        using var bench = new LaneBench(before: Choke);
        var (each, single) = (bench.Score([Poison, 1, Poison, 2, 3, Poison], eachAlone: true), bench.Score([Poison]));

        bench.Threads.RunAll();

        await each.RequireOwnAsync();
        Assert.Equal([true, false, true, false, false, true], Enumerable.Range(0, 6).Select(row => each.Rows.Error(row) is not null));
        await single.FailureAsync<ArithmeticException>();
    }

    [Fact]
    public async Task An_engine_that_is_away_is_not_asked_again_for_each_row()
    {
        using var bench = new LaneBench(before: _ => throw MeshException.Unavailable("It is away."));
        var answers = Enumerable.Range(0, 8).Select(row => bench.Score([row, row], eachAlone: row % 2 == 0)).ToList();

        bench.Threads.RunAll();

        Assert.Single(bench.Model.Batches);
        foreach (var answer in answers)
        {
            Assert.Equal(ErrorCode.Unavailable, (await answer.FailureAsync<MeshException>()).Code);
        }
    }

    [Fact]
    public async Task A_bundle_that_failed_in_one_part_gets_no_further_part()
    {
        using var bench = new LaneBench(batching: new() { MaxRows = 2 }, before: Choke);
        var (bundle, single) = (bench.Score([1, Poison, 2, 3, 4, 5]), bench.Score([6]));

        bench.Threads.RunAll();

        await bundle.FailureAsync<ArithmeticException>();
        Assert.Equal([[1, Poison], [6]], bench.Model.Batches);
        await single.RequireOwnAsync();
        Assert.Equal(0, bench.Statistics.QueuedRows);
    }

    [Fact]
    public void A_failed_batch_teaches_nothing_about_costs()
    {
        using var bench = new LaneBench(fixedCost: 1, rowCost: 1, before: Choke).Warm();
        var before = bench.Statistics.Cost;
        bench.Score([Poison, 2, 3, 4, 5, 6, 7, 8], eachAlone: true);

        bench.Threads.RunAll();

        Assert.Equal((before.Fixed, before.Row, before.Margin), (bench.Statistics.Cost.Fixed, bench.Statistics.Cost.Row, bench.Statistics.Cost.Margin));
    }

    private static void Choke(Matrix features)
    {
        if (features.Values.Contains(Poison))
        {
            throw new ArithmeticException("13 is too much.");
        }
    }
}
