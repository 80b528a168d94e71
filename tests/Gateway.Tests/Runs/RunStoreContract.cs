using Skipper.Gateway.Runs;
using Skipper.Shared.Messaging.Errors;
using Skipper.Testing;

namespace Skipper.Gateway.Tests.Runs;

/// <summary>What the tables of the durable runs hold on every database: each conditional update, one by one.</summary>
public abstract class RunStoreContract : IAsyncLifetime
{
    private static readonly StepError Passing = StepError.Of(ErrorCode.Unavailable, "Away for a moment.", retryable: true);
    private static readonly StepError Final = StepError.Of(ErrorCode.InvalidArgument, "No such column.", retryable: false);

    private RunsHost host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    protected abstract Task<TestStorage> CreateStorageAsync();

    public async ValueTask InitializeAsync() => host = new RunsHost(await CreateStorageAsync());

    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task An_accepted_run_is_there_and_due_to_be_sent()
    {
        var attempt = await host.AcceptAsync(request: "{\"task_type\": \"training\", \"payload\":\"ü 0.2\"}");

        Assert.Equal(RunState.Accepted, (await host.StatusAsync(attempt)).State);
        var row = Assert.Single(await host.Outbox.TakeAsync(10, Token));
        Assert.Equal(attempt, row.AttemptId);
        Assert.True(row.IsOpen);
        Assert.Equal("{\"task_type\": \"training\", \"payload\":\"ü 0.2\"}", row.Request);
    }

    [Fact]
    public async Task An_unknown_run_is_not_found() => Assert.Null(await host.Runs.FindAsync(Guid.NewGuid(), Token));

    [Fact]
    public async Task The_first_claim_is_granted_and_another_is_lost()
    {
        var attempt = await host.DispatchAsync();

        Assert.Equal(LeaseAnswer.Granted, await ClaimAsync(attempt, Guid.NewGuid()));
        Assert.Equal(LeaseAnswer.Lost, await ClaimAsync(attempt, Guid.NewGuid()));
        Assert.Equal(RunState.Running, (await host.StatusAsync(attempt)).State);
    }

    [Fact]
    public async Task The_same_claim_is_granted_again()
    {
        var attempt = await host.DispatchAsync();
        var claim = Guid.NewGuid();

        Assert.Equal(LeaseAnswer.Granted, await ClaimAsync(attempt, claim));
        Assert.Equal(LeaseAnswer.Granted, await ClaimAsync(attempt, claim));
    }

    [Fact]
    public async Task A_worker_may_claim_before_the_relay_has_noted_that_it_sent()
    {
        var attempt = await host.AcceptAsync();
        var rows = await host.Outbox.TakeAsync(10, Token);

        Assert.Equal(LeaseAnswer.Granted, await ClaimAsync(attempt, Guid.NewGuid()));
        await host.Outbox.SentAsync(rows.Select(row => row.Id), Token);
        Assert.Equal(RunState.Running, (await host.StatusAsync(attempt)).StepState);
    }

    [Fact]
    public async Task Of_many_claimers_at_once_one_wins()
    {
        var attempt = await host.DispatchAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => ClaimAsync(attempt, Guid.NewGuid())));

        Assert.Single(answers, LeaseAnswer.Granted);
    }

    [Fact]
    public async Task An_unknown_attempt_cannot_be_claimed()
    {
        var attempt = await host.DispatchAsync();

        Assert.Equal(LeaseAnswer.Lost, await ClaimAsync(attempt with { Attempt = 2 }, Guid.NewGuid()));
        Assert.Equal(LeaseAnswer.Lost, await ClaimAsync(attempt with { RunId = Guid.NewGuid() }, Guid.NewGuid()));
        Assert.Equal(RunState.Accepted, (await host.StatusAsync(attempt)).State);
    }

    [Fact]
    public async Task A_cancelled_run_answers_cancel()
    {
        var (attempt, claim) = await RunningAsync();
        await host.ExecuteAsync("UPDATE gateway.steps SET state = 'cancelled' WHERE run_id = @RunId", new { attempt.RunId });

        Assert.Equal(LeaseAnswer.Cancel, await HeartbeatAsync(attempt, claim));
        Assert.Equal(LeaseAnswer.Cancel, await ClaimAsync(attempt, Guid.NewGuid()));
    }

    [Fact]
    public async Task A_heartbeat_extends_the_lease_and_keeps_progress()
    {
        var (attempt, claim) = await RunningAsync();
        host.Time.Advance(15);
        Assert.Equal(LeaseAnswer.Granted, await host.Steps.HeartbeatAsync(attempt, claim, 40, "round 40\0", Token));
        host.Time.Advance(15);

        Assert.Empty(await host.Reaping.LoseAsync(host.Time.GetUtcNow(), Token));
        Assert.Equal(LeaseAnswer.Granted, await host.Steps.HeartbeatAsync(attempt, claim, null, null, Token));
        var status = await host.StatusAsync(attempt);
        Assert.Equal(40, status.ProgressPercent);
        Assert.Equal("round 40\uFFFD", status.ProgressMessage);
    }

    [Fact]
    public async Task A_heartbeat_under_another_claim_is_lost()
    {
        var (attempt, _) = await RunningAsync();

        Assert.Equal(LeaseAnswer.Lost, await HeartbeatAsync(attempt, Guid.NewGuid()));
    }

    [Fact]
    public async Task The_result_of_the_claim_ends_the_run_with_the_very_bytes()
    {
        var (attempt, claim) = await RunningAsync();

        Assert.Equal(ResultEffect.Finished, await ApplyAsync(attempt, claim, StepResult.Success("{\"a\":  1.50}")));
        var status = await host.StatusAsync(attempt);
        Assert.Equal((RunState.Succeeded, "{\"a\":  1.50}"), (status.State, status.Output));
        Assert.Equal(host.Time.GetUtcNow(), status.FinishedAt);
    }

    [Fact]
    public async Task A_result_under_another_claim_changes_nothing()
    {
        var (attempt, _) = await RunningAsync();

        Assert.Equal(ResultEffect.Stale, await ApplyAsync(attempt, Guid.NewGuid(), StepResult.Success("{}")));
        Assert.Equal(ResultEffect.Stale, await ApplyAsync(attempt, Guid.NewGuid(), StepResult.Failure(Passing)));
        Assert.Equal(RunState.Running, (await host.StatusAsync(attempt)).State);
    }

    [Fact]
    public async Task A_worker_that_does_not_claim_may_answer_what_nobody_claimed()
    {
        var attempt = await host.DispatchAsync();

        Assert.Equal(ResultEffect.Finished, await ApplyAsync(attempt, null, StepResult.Success("{}")));
        Assert.Equal(RunState.Succeeded, (await host.StatusAsync(attempt)).State);
    }

    [Fact]
    public async Task A_worker_that_does_not_claim_cannot_answer_what_was_claimed()
    {
        var (attempt, _) = await RunningAsync();

        Assert.Equal(ResultEffect.Stale, await ApplyAsync(attempt, null, StepResult.Success("{}")));
    }

    [Fact]
    public async Task A_result_for_an_unknown_run_changes_nothing() =>
        Assert.Equal(
            ResultEffect.Stale,
            await ApplyAsync(new AttemptId(Guid.NewGuid(), "task", 1), null, StepResult.Success("{}")));

    [Fact]
    public async Task Of_many_equal_results_at_once_one_counts()
    {
        var (attempt, claim) = await RunningAsync();

        var effects = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(i => ApplyAsync(attempt, claim, StepResult.Success($"{i}"))));

        Assert.Single(effects, ResultEffect.Finished);
        Assert.Equal(7, effects.Count(effect => effect is ResultEffect.Stale));
    }

    [Fact]
    public async Task A_final_state_never_changes()
    {
        var (attempt, claim) = await RunningAsync();
        await ApplyAsync(attempt, claim, StepResult.Failure(Final));
        host.Time.Advance(1_000_000);

        Assert.Equal(ResultEffect.Stale, await ApplyAsync(attempt, claim, StepResult.Success("{}")));
        Assert.Equal(ResultEffect.Stale, await ApplyAsync(attempt, null, StepResult.Success("{}")));
        Assert.Equal(ResultEffect.Stale, await ApplyAsync(attempt, claim, StepResult.Failure(Passing)));
        Assert.Equal(LeaseAnswer.Lost, await ClaimAsync(attempt, claim));
        Assert.Equal(LeaseAnswer.Lost, await HeartbeatAsync(attempt, claim));
        Assert.Empty(await host.Reaping.LoseAsync(host.Time.GetUtcNow(), Token));
        Assert.Empty(await host.Reaping.TimeOutAsync(host.Time.GetUtcNow(), Token));
        Assert.Equal(0, await host.Outbox.ResendAsync(host.Time.GetUtcNow(), Token));
        var status = await host.StatusAsync(attempt);
        Assert.Equal((RunState.Failed, Final.Json, null), (status.State, status.Error, status.Output));
    }

    [Fact]
    public async Task After_an_error_that_may_pass_the_next_attempt_counts_and_the_last_one_does_not()
    {
        var (attempt, claim) = await RunningAsync();

        Assert.Equal(ResultEffect.Retried, await ApplyAsync(attempt, claim, StepResult.Failure(Passing)));
        Assert.Empty(await host.Outbox.TakeAsync(10, Token));
        host.Time.Advance(6);
        var row = Assert.Single(await host.Outbox.TakeAsync(10, Token));
        Assert.Equal(attempt with { Attempt = 2 }, row.AttemptId);
        Assert.Equal(ResultEffect.Stale, await ApplyAsync(attempt, claim, StepResult.Success("{}")));
        Assert.Equal(ResultEffect.Stale, await ApplyAsync(attempt, null, StepResult.Success("{}")));
        Assert.Equal(ResultEffect.Finished, await ApplyAsync(row.AttemptId, null, StepResult.Success("2")));
        Assert.Equal("2", (await host.StatusAsync(attempt)).Output);
    }

    [Fact]
    public async Task An_error_that_does_not_pass_in_three_attempts_is_the_outcome()
    {
        var attempt = await host.DispatchAsync();

        Assert.Equal(ResultEffect.Retried, await ApplyAsync(attempt, null, StepResult.Failure(Passing)));
        Assert.Equal(ResultEffect.Retried, await ApplyAsync(attempt with { Attempt = 2 }, null, StepResult.Failure(Passing)));
        Assert.Equal(ResultEffect.Finished, await ApplyAsync(attempt with { Attempt = 3 }, null, StepResult.Failure(Passing)));
        var status = await host.StatusAsync(attempt);
        Assert.Equal((RunState.Failed, Passing.Json), (status.State, status.Error));
    }

    [Fact]
    public async Task A_lost_worker_is_followed_by_another_attempt_and_its_late_result_changes_nothing()
    {
        var (attempt, claim) = await RunningAsync();
        Assert.Empty(await host.Reaping.LoseAsync(host.Time.GetUtcNow(), Token));
        host.Time.Advance(21);

        Assert.Equal([attempt], await host.Reaping.LoseAsync(host.Time.GetUtcNow(), Token));
        Assert.Empty(await host.Reaping.LoseAsync(host.Time.GetUtcNow(), Token));
        Assert.Equal(LeaseAnswer.Lost, await HeartbeatAsync(attempt, claim));
        Assert.Equal(LeaseAnswer.Lost, await ClaimAsync(attempt, claim));
        Assert.Equal(ResultEffect.Stale, await ApplyAsync(attempt, claim, StepResult.Success("{}")));
        Assert.Equal(attempt with { Attempt = 2 }, Assert.Single(await host.Outbox.TakeAsync(10, Token)).AttemptId);
    }

    [Fact]
    public async Task A_worker_that_is_late_but_was_not_replaced_may_still_answer()
    {
        var (attempt, claim) = await RunningAsync();
        host.Time.Advance(1000);

        Assert.Equal(ResultEffect.Finished, await ApplyAsync(attempt, claim, StepResult.Success("{}")));
    }

    [Fact]
    public async Task Reapers_at_once_replace_a_lost_worker_once()
    {
        var (attempt, _) = await RunningAsync();
        host.Time.Advance(21);

        var lost = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => host.Reaping.LoseAsync(host.Time.GetUtcNow(), Token)));

        Assert.Equal([attempt], lost.SelectMany(ids => ids));
        Assert.Equal(2, (await host.StatusAsync(attempt)).Attempt);
    }

    [Fact]
    public async Task A_step_that_loses_its_worker_three_times_is_poison()
    {
        var attempt = await host.DispatchAsync();
        for (var i = 1; i <= 3; i++)
        {
            Assert.Equal(LeaseAnswer.Granted, await ClaimAsync(attempt with { Attempt = i }, Guid.NewGuid()));
            host.Time.Advance(21);
            Assert.Single(await host.Reaping.LoseAsync(host.Time.GetUtcNow(), Token));
        }

        var status = await host.StatusAsync(attempt);
        Assert.Equal(RunState.Failed, status.State);
        Assert.Contains("lost 3 times", status.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_that_takes_too_long_is_timed_out_although_it_is_alive()
    {
        var (attempt, claim) = await RunningAsync();
        host.Time.Advance(99);
        Assert.Empty(await host.Reaping.TimeOutAsync(host.Time.GetUtcNow(), Token));
        await HeartbeatAsync(attempt, claim);
        host.Time.Advance(2);

        Assert.Equal([attempt], await host.Reaping.TimeOutAsync(host.Time.GetUtcNow(), Token));
        Assert.Equal(RunState.TimedOut, (await host.StatusAsync(attempt)).State);
        Assert.Equal(ResultEffect.Stale, await ApplyAsync(attempt, claim, StepResult.Success("{}")));
    }

    [Fact]
    public async Task What_nobody_claims_is_timed_out_after_a_day_but_what_was_not_sent_never()
    {
        var sent = await host.DispatchAsync();
        var unsent = await host.AcceptAsync();
        host.Time.Advance(86_401);

        Assert.Equal([sent], await host.Reaping.TimeOutAsync(host.Time.GetUtcNow(), Token));
        Assert.Equal(RunState.Accepted, (await host.StatusAsync(unsent)).State);
    }

    [Fact]
    public async Task Relays_at_once_take_every_row_once()
    {
        for (var i = 0; i < 20; i++)
            await host.AcceptAsync();

        var taken = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => host.Outbox.TakeAsync(5, Token)));

        var ids = taken.SelectMany(rows => rows).Select(row => row.Id).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
    }

    [Fact]
    public async Task What_a_dead_relay_had_taken_becomes_due_again()
    {
        await host.AcceptAsync();
        Assert.Single(await host.Outbox.TakeAsync(10, Token));
        Assert.Empty(await host.Outbox.TakeAsync(10, Token));
        host.Time.Advance(11);
        Assert.Single(await host.Outbox.TakeAsync(10, Token));

        await host.Outbox.ReleaseAsync(Token);
        Assert.Single(await host.Outbox.TakeAsync(10, Token));
    }

    [Fact]
    public async Task A_row_for_a_missing_queue_waits_and_the_status_knows()
    {
        var attempt = await host.AcceptAsync();
        var row = Assert.Single(await host.Outbox.TakeAsync(10, Token));
        await host.Outbox.PostponeAsync(row, TimeSpan.FromSeconds(2), "no queue", Token);

        Assert.Empty(await host.Outbox.TakeAsync(10, Token));
        Assert.Equal(1, (await host.StatusAsync(attempt)).UnroutableTries);
        host.Time.Advance(3);
        Assert.Equal(1, Assert.Single(await host.Outbox.TakeAsync(10, Token)).Tries);
    }

    [Fact]
    public async Task What_was_sent_before_a_reconnect_is_sent_again_once_as_the_same_attempt()
    {
        var attempt = await host.DispatchAsync();
        Assert.Equal(0, await host.Outbox.ResendAsync(host.Time.GetUtcNow(), Token));
        host.Time.Advance(1);
        var reconnected = host.Time.GetUtcNow();

        Assert.Equal(1, await host.Outbox.ResendAsync(reconnected, Token));
        Assert.Equal(0, await host.Outbox.ResendAsync(reconnected, Token));
        var row = Assert.Single(await host.Outbox.TakeAsync(10, Token));
        Assert.Equal(attempt, row.AttemptId);
        await host.Outbox.SentAsync([row.Id], Token);
        Assert.Equal(0, await host.Outbox.ResendAsync(reconnected, Token));
    }

    [Fact]
    public async Task What_nobody_claims_is_sent_again_after_ten_minutes_and_then_more_rarely()
    {
        await host.DispatchAsync();
        host.Time.Advance(601);
        Assert.Equal(1, await host.Outbox.ResendAsync(default, Token));
        var row = Assert.Single(await host.Outbox.TakeAsync(10, Token));
        await host.Outbox.SentAsync([row.Id], Token);
        host.Time.Advance(601);

        Assert.Equal(0, await host.Outbox.ResendAsync(default, Token));
        host.Time.Advance(601);
        Assert.Equal(1, await host.Outbox.ResendAsync(default, Token));
    }

    [Fact]
    public async Task A_row_whose_step_has_ended_is_not_sent()
    {
        var attempt = await host.AcceptAsync();
        await ApplyAsync(attempt, null, StepResult.Success("{}"));

        Assert.False(Assert.Single(await host.Outbox.TakeAsync(10, Token)).IsOpen);
    }

    private async Task<(AttemptId Attempt, Guid Claim)> RunningAsync()
    {
        var attempt = await host.DispatchAsync();
        var claim = Guid.NewGuid();
        Assert.Equal(LeaseAnswer.Granted, await ClaimAsync(attempt, claim));
        return (attempt, claim);
    }

    private Task<LeaseAnswer> ClaimAsync(AttemptId attempt, Guid claim) =>
        host.Steps.ClaimAsync(attempt, claim, "worker", Token);

    private Task<LeaseAnswer> HeartbeatAsync(AttemptId attempt, Guid claim) =>
        host.Steps.HeartbeatAsync(attempt, claim, null, null, Token);

    private Task<ResultEffect> ApplyAsync(AttemptId attempt, Guid? claim, StepResult result) =>
        host.Steps.ApplyAsync(attempt, claim, result, Token);
}
