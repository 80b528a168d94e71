using Dapper;
using Skipper.Gateway.Runs;

namespace Skipper.Gateway.Tests.Runs;

/// <content>What is written down about a run while it changes, and which step is sent first.</content>
public abstract partial class RunStoreContract
{
    [Fact]
    public async Task Events_are_numbered_without_gaps_and_the_last_is_the_revision()
    {
        var (attempt, claim) = await RunningAsync();
        await ApplyAsync(attempt, claim, StepResult.Failure(Passing));
        _host.Time.Advance(10);
        await _host.TakeAsync();
        await ApplyAsync(attempt with { Attempt = 2 }, null, StepResult.Success("{}"));

        Assert.Equal(
            ["1 run.accepted", "2 step.started 1", "3 step.retried 1", "4 step.succeeded 2", "5 run.succeeded"],
            await EventsAsync(attempt.RunId));
        Assert.Equal(5, await ScalarAsync<long>("SELECT rev FROM gateway.runs WHERE id = @Id", attempt.RunId));
    }

    [Fact]
    public async Task A_claim_that_is_granted_again_is_no_second_start()
    {
        var (attempt, claim) = await RunningAsync();
        _host.Time.Advance(1);
        await ClaimAsync(attempt, claim);

        Assert.Equal(["1 run.accepted", "2 step.started 1"], await EventsAsync(attempt.RunId));
    }

    [Fact]
    public async Task An_attempt_that_was_followed_by_another_is_kept()
    {
        var (attempt, _) = await RunningAsync();
        _host.Time.Advance(21);
        await _host.Reaping.LoseAsync(_host.Time.GetUtcNow(), Token);

        Assert.Equal(
            "lost by worker",
            await ScalarAsync<string>("SELECT outcome || ' by ' || worker FROM gateway.attempts WHERE run_id = @Id", attempt.RunId));
    }

    [Fact]
    public async Task Urgent_steps_are_taken_first_and_equal_ones_in_their_order()
    {
        var first = await AcceptAsync(priority: 5);
        var second = await AcceptAsync(priority: 5);
        var urgent = await AcceptAsync(priority: 9);
        var last = await AcceptAsync(priority: 0);

        Assert.Equal(new HashSet<Guid> { urgent, first }, [.. (await _host.TakeAsync(2)).Select(step => step.RunId)]);
        Assert.Equal(new HashSet<Guid> { second, last }, [.. (await _host.TakeAsync(2)).Select(step => step.RunId)]);
    }

    [Fact]
    public async Task Steps_with_one_key_are_taken_only_as_far_as_their_limit_allows()
    {
        for (var i = 0; i < 4; i++)
        {
            var id = await AcceptAsync(priority: 5);
            await _host.ExecuteAsync(
                "UPDATE gateway.steps SET concurrency_key = 'gpu', concurrency_limit = 2 WHERE run_id = @Id", new { Id = id });
        }

        var free = await AcceptAsync(priority: 1);
        var taken = await _host.TakeAsync();
        Assert.Equal(2, taken.Count);
        Assert.Contains(free, taken.Select(step => step.RunId));
        var second = Assert.Single(await _host.TakeAsync());
        Assert.Empty(await _host.TakeAsync());

        await ApplyAsync(second.AttemptId, null, StepResult.Success("{}"));
        Assert.Single(await _host.TakeAsync());
        Assert.Empty(await _host.TakeAsync());
    }

    [Fact]
    public async Task The_queues_for_which_something_is_due_are_found_with_what_the_broker_has_of_them()
    {
        await _host.AcceptAsync("b");
        await _host.AcceptAsync("a");
        await _host.AcceptAsync("a");
        await _host.Dispatch.TakeAsync("a", 1, Token);
        await _host.AcceptAsync("c");
        await _host.Dispatch.TakeAsync("c", 1, Token);

        var queues = await _host.Dispatch.FindQueuesAsync(Token);

        Assert.Equal([("a", 1), ("b", 0)], queues.Select(queue => (queue.Queue, queue.Dispatched)));
    }

    [Fact]
    public async Task Many_claims_and_results_at_once_all_count_once()
    {
        var ids = new List<Guid>();
        for (var i = 0; i < 50; i++)
        {
            ids.Add(await AcceptAsync(priority: 5));
        }

        var attempts = (await _host.TakeAsync()).ConvertAll(step => step.AttemptId);
        var claims = attempts.ConvertAll(_ => Guid.NewGuid());
        var answers = await Task.WhenAll(attempts.SelectMany((attempt, i) => new[]
        {
            ClaimAsync(attempt, claims[i]),
            ClaimAsync(attempt, claims[i]),
            ClaimAsync(attempt with { Attempt = 7 }, Guid.NewGuid()),
        }));
        Assert.Equal(100, answers.Count(answer => answer is LeaseAnswer.Granted));

        var effects = await Task.WhenAll(attempts.SelectMany((attempt, i) => new[]
        {
            ApplyAsync(attempt, Guid.NewGuid(), StepResult.Success("\"stale\"")),
            ApplyAsync(attempt, claims[i], StepResult.Success($"{i}")),
            ApplyAsync(attempt, claims[i], StepResult.Failure(Passing)),
        }));

        Assert.Equal(50, effects.Count(effect => effect is ResultEffect.Finished));
        for (var i = 0; i < attempts.Count; i++)
        {
            Assert.Equal((RunState.Succeeded, $"{i}"), await OutcomeAsync(attempts[i]));
        }
    }

    private async Task<(string State, string? Output)> OutcomeAsync(AttemptId attempt)
    {
        var status = await _host.StatusAsync(attempt);
        return (status.State, status.Output);
    }

    private Task<Guid> AcceptAsync(int priority)
    {
        _host.Time.Advance(0.01); // Ids are in the order of time.
        return _host.Runs.AcceptAsync(
            new NewRun { TaskType = "training", Queue = "skipper_training", Request = "{}", Priority = priority }, Token);
    }

    private Task<List<string>> EventsAsync(Guid id) => _host.Database.ReadAsync(
        connection => connection.QueryAsync<string>(
            _host.Database.Sql("""
                SELECT CAST(seq AS text) || ' ' || type || COALESCE(' ' || CAST(attempt AS text), '')
                FROM gateway.run_events WHERE run_id = @Id ORDER BY seq
                """),
            new { Id = id },
            Token),
        Token);

    private Task<T?> ScalarAsync<T>(string sql, Guid id) => _host.Database.ReadAsync(
        connection => connection.ExecuteScalarAsync<T>(_host.Database.Sql(sql), new { Id = id }), Token);
}
