using Skipper.Gateway.Runs;

namespace Skipper.Gateway.Tests.Runs;

/// <content>What happens after errors, lost workers, passed deadlines and lost messages.</content>
public abstract partial class RunStoreContract
{
    [Fact]
    public async Task After_an_error_that_may_pass_the_next_attempt_counts_and_the_last_one_does_not()
    {
        var (attempt, claim) = await RunningAsync();

        Assert.Equal(ResultEffect.Retried, await ApplyAsync(attempt, claim, StepResult.Failure(Passing)));
        Assert.Empty(await _host.TakeAsync());
        _host.Time.Advance(6);
        var row = Assert.Single(await _host.TakeAsync());
        Assert.Equal(attempt with { Attempt = 2 }, row.AttemptId);
        Assert.Equal(ResultEffect.Stale, await ApplyAsync(attempt, claim, StepResult.Success("{}")));
        Assert.Equal(ResultEffect.Stale, await ApplyAsync(attempt, null, StepResult.Success("{}")));
        Assert.Equal(ResultEffect.Finished, await ApplyAsync(row.AttemptId, null, StepResult.Success("2")));
        Assert.Equal("2", (await _host.StatusAsync(attempt)).Output);
    }

    [Fact]
    public async Task An_error_that_does_not_pass_in_three_attempts_is_the_outcome()
    {
        var attempt = await _host.DispatchAsync();

        Assert.Equal(ResultEffect.Retried, await ApplyAsync(attempt, null, StepResult.Failure(Passing)));
        Assert.Equal(ResultEffect.Retried, await ApplyAsync(attempt with { Attempt = 2 }, null, StepResult.Failure(Passing)));
        Assert.Equal(ResultEffect.Finished, await ApplyAsync(attempt with { Attempt = 3 }, null, StepResult.Failure(Passing)));
        var status = await _host.StatusAsync(attempt);
        Assert.Equal((RunState.Failed, Passing.Json), (status.State, status.Error));
    }

    [Fact]
    public async Task A_lost_worker_is_followed_by_another_attempt_and_its_late_result_changes_nothing()
    {
        var (attempt, claim) = await RunningAsync();
        Assert.Empty(await _host.Reaping.LoseAsync(_host.Time.GetUtcNow(), Token));
        _host.Time.Advance(21);

        Assert.Equal([attempt], await _host.Reaping.LoseAsync(_host.Time.GetUtcNow(), Token));
        Assert.Empty(await _host.Reaping.LoseAsync(_host.Time.GetUtcNow(), Token));
        Assert.Equal(LeaseAnswer.Lost, await HeartbeatAsync(attempt, claim));
        Assert.Equal(LeaseAnswer.Lost, await ClaimAsync(attempt, claim));
        Assert.Equal(ResultEffect.Stale, await ApplyAsync(attempt, claim, StepResult.Success("{}")));
        Assert.Equal(attempt with { Attempt = 2 }, Assert.Single(await _host.TakeAsync()).AttemptId);
    }

    [Fact]
    public async Task A_worker_that_is_late_but_was_not_replaced_may_still_answer()
    {
        var (attempt, claim) = await RunningAsync();
        _host.Time.Advance(1000);

        Assert.Equal(ResultEffect.Finished, await ApplyAsync(attempt, claim, StepResult.Success("{}")));
    }

    [Fact]
    public async Task Reapers_at_once_replace_a_lost_worker_once()
    {
        var (attempt, _) = await RunningAsync();
        _host.Time.Advance(21);

        var lost = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => _host.Reaping.LoseAsync(_host.Time.GetUtcNow(), Token)));

        Assert.Equal([attempt], lost.SelectMany(ids => ids));
        Assert.Equal(2, (await _host.StatusAsync(attempt)).Attempt);
    }

    [Fact]
    public async Task A_step_that_loses_its_worker_three_times_is_poison()
    {
        var attempt = await _host.DispatchAsync();
        for (var i = 1; i <= 3; i++)
        {
            Assert.Equal(LeaseAnswer.Granted, await ClaimAsync(attempt with { Attempt = i }, Guid.NewGuid()));
            _host.Time.Advance(21);
            Assert.Single(await _host.Reaping.LoseAsync(_host.Time.GetUtcNow(), Token));
        }

        var status = await _host.StatusAsync(attempt);
        Assert.Equal(RunState.Failed, status.State);
        Assert.Contains("lost 3 times", status.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_that_takes_too_long_is_timed_out_although_it_is_alive()
    {
        var (attempt, claim) = await RunningAsync();
        _host.Time.Advance(99);
        Assert.Empty(await _host.Reaping.TimeOutAsync(_host.Time.GetUtcNow(), Token));
        await HeartbeatAsync(attempt, claim);
        _host.Time.Advance(2);

        Assert.Equal([attempt], await _host.Reaping.TimeOutAsync(_host.Time.GetUtcNow(), Token));
        Assert.Equal(RunState.TimedOut, (await _host.StatusAsync(attempt)).State);
        Assert.Equal(ResultEffect.Stale, await ApplyAsync(attempt, claim, StepResult.Success("{}")));
    }

    [Fact]
    public async Task What_nobody_claims_is_timed_out_after_a_day_but_what_was_not_sent_never()
    {
        var sent = await _host.DispatchAsync();
        var unsent = await _host.AcceptAsync();
        _host.Time.Advance(86_401);

        Assert.Equal([sent], await _host.Reaping.TimeOutAsync(_host.Time.GetUtcNow(), Token));
        Assert.Equal(RunState.Accepted, (await _host.StatusAsync(unsent)).State);
    }

    [Fact]
    public async Task Relays_at_once_take_every_row_once()
    {
        for (var i = 0; i < 20; i++)
        {
            await _host.AcceptAsync();
        }

        var taken = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => _host.TakeAsync(5)));

        var ids = taken.SelectMany(rows => rows).Select(row => row.AttemptId).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
    }

    [Fact]
    public async Task What_a_dead_relay_had_taken_becomes_due_again()
    {
        await _host.AcceptAsync();
        Assert.Single(await _host.TakeAsync());
        Assert.Empty(await _host.TakeAsync());
        Assert.Equal(0, await _host.Dispatch.ResendAsync(default, Token));
        _host.Time.Advance(11);

        Assert.Equal(1, await _host.Dispatch.ResendAsync(default, Token));
        Assert.Single(await _host.TakeAsync());
    }

    [Fact]
    public async Task A_row_for_a_missing_queue_waits_and_the_status_knows()
    {
        var attempt = await _host.AcceptAsync();
        var row = Assert.Single(await _host.TakeAsync());
        await _host.Dispatch.PostponeAsync(row, TimeSpan.FromSeconds(2), isUnroutable: true, Token);

        Assert.Empty(await _host.TakeAsync());
        Assert.Equal(1, (await _host.StatusAsync(attempt)).UnroutableCount);
        _host.Time.Advance(3);
        Assert.Equal(1, Assert.Single(await _host.TakeAsync()).UnroutableCount);
    }

    [Fact]
    public async Task What_was_sent_before_a_reconnect_is_sent_again_once_as_the_same_attempt()
    {
        var attempt = await _host.DispatchAsync();
        Assert.Equal(0, await _host.Dispatch.ResendAsync(_host.Time.GetUtcNow(), Token));
        _host.Time.Advance(1);
        var reconnected = _host.Time.GetUtcNow();

        Assert.Equal(1, await _host.Dispatch.ResendAsync(reconnected, Token));
        Assert.Equal(0, await _host.Dispatch.ResendAsync(reconnected, Token));
        var row = Assert.Single(await _host.TakeAsync());
        Assert.Equal(attempt, row.AttemptId);
        await _host.Dispatch.ConfirmAsync([row.AttemptId], Token);
        Assert.Equal(0, await _host.Dispatch.ResendAsync(reconnected, Token));
    }

    [Fact]
    public async Task What_nobody_claims_is_sent_again_after_ten_minutes_and_then_more_rarely()
    {
        await _host.DispatchAsync();
        _host.Time.Advance(601);
        Assert.Equal(1, await _host.Dispatch.ResendAsync(default, Token));
        var row = Assert.Single(await _host.TakeAsync());
        await _host.Dispatch.ConfirmAsync([row.AttemptId], Token);
        _host.Time.Advance(601);

        Assert.Equal(0, await _host.Dispatch.ResendAsync(default, Token));
        _host.Time.Advance(601);
        Assert.Equal(1, await _host.Dispatch.ResendAsync(default, Token));
    }

    [Fact]
    public async Task A_step_that_has_ended_is_not_sent()
    {
        var attempt = await _host.AcceptAsync();
        await ApplyAsync(attempt, null, StepResult.Success("{}"));

        Assert.Empty(await _host.TakeAsync());
    }
}
