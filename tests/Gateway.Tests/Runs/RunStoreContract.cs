using Skipper.Gateway.Runs;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Testing;

namespace Skipper.Gateway.Tests.Runs;

/// <summary>What the tables of the durable runs hold on every database: each conditional update, one by one.</summary>
public abstract partial class RunStoreContract : IAsyncLifetime
{
    private static readonly StepError Passing = StepError.Of(ErrorCode.Unavailable, "Away for a moment.", retryable: true);
    private static readonly StepError Final = StepError.Of(ErrorCode.InvalidArgument, "No such column.", retryable: false);

    private RunsHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    protected abstract Task<TestStorage> CreateStorageAsync();

    public async ValueTask InitializeAsync() => _host = new RunsHost(await CreateStorageAsync());

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task An_accepted_run_is_there_and_due_to_be_sent()
    {
        var attempt = await _host.AcceptAsync(request: "{\"task_type\": \"training\", \"payload\":\"ü 0.2\"}");

        Assert.Equal(RunState.Accepted, (await _host.StatusAsync(attempt)).State);
        var row = Assert.Single(await _host.TakeAsync());
        Assert.Equal(attempt, row.AttemptId);
        Assert.Equal("{\"task_type\": \"training\", \"payload\":\"ü 0.2\"}", row.Request);
    }

    [Fact]
    public async Task An_unknown_run_is_not_found() => Assert.Null(await _host.Runs.FindAsync(Guid.NewGuid(), Token));

    [Fact]
    public async Task The_first_claim_is_granted_and_another_is_lost()
    {
        var attempt = await _host.DispatchAsync();

        Assert.Equal(LeaseAnswer.Granted, await ClaimAsync(attempt, Guid.NewGuid()));
        Assert.Equal(LeaseAnswer.Lost, await ClaimAsync(attempt, Guid.NewGuid()));
        Assert.Equal(RunState.Running, (await _host.StatusAsync(attempt)).State);
    }

    [Fact]
    public async Task The_same_claim_is_granted_again()
    {
        var attempt = await _host.DispatchAsync();
        var claim = Guid.NewGuid();

        Assert.Equal(LeaseAnswer.Granted, await ClaimAsync(attempt, claim));
        Assert.Equal(LeaseAnswer.Granted, await ClaimAsync(attempt, claim));
    }

    [Fact]
    public async Task A_worker_may_claim_before_the_relay_has_noted_that_it_sent()
    {
        var attempt = await _host.AcceptAsync();
        await _host.TakeAsync();

        Assert.Equal(LeaseAnswer.Granted, await ClaimAsync(attempt, Guid.NewGuid()));
        await _host.Dispatch.ConfirmAsync([attempt], Token);
        Assert.Equal(RunState.Running, (await _host.StatusAsync(attempt)).StepState);
    }

    [Fact]
    public async Task Of_many_claimers_at_once_one_wins()
    {
        var attempt = await _host.DispatchAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => ClaimAsync(attempt, Guid.NewGuid())));

        Assert.Single(answers, LeaseAnswer.Granted);
    }

    [Fact]
    public async Task An_unknown_attempt_cannot_be_claimed()
    {
        var attempt = await _host.DispatchAsync();

        Assert.Equal(LeaseAnswer.Lost, await ClaimAsync(attempt with { Attempt = 2 }, Guid.NewGuid()));
        Assert.Equal(LeaseAnswer.Lost, await ClaimAsync(attempt with { RunId = Guid.NewGuid() }, Guid.NewGuid()));
        Assert.Equal(RunState.Accepted, (await _host.StatusAsync(attempt)).State);
    }

    [Fact]
    public async Task A_cancelled_run_answers_cancel()
    {
        var (attempt, claim) = await RunningAsync();
        await _host.ExecuteAsync("UPDATE gateway.steps SET state = 'cancelled' WHERE run_id = @RunId", new { attempt.RunId });

        Assert.Equal(LeaseAnswer.Cancel, await HeartbeatAsync(attempt, claim));
        Assert.Equal(LeaseAnswer.Cancel, await ClaimAsync(attempt, Guid.NewGuid()));
    }

    [Fact]
    public async Task A_heartbeat_extends_the_lease_and_keeps_progress()
    {
        var (attempt, claim) = await RunningAsync();
        _host.Time.Advance(15);
        Assert.Equal(LeaseAnswer.Granted, await _host.Steps.HeartbeatAsync(attempt, claim, new Progress(40, "round 40\0"), [], Token));
        _host.Time.Advance(15);

        Assert.Empty(await _host.Reaping.LoseAsync(_host.Time.GetUtcNow(), Token));
        Assert.Equal(LeaseAnswer.Granted, await _host.Steps.HeartbeatAsync(attempt, claim, null, [], Token));
        var status = await _host.StatusAsync(attempt);
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
        var status = await _host.StatusAsync(attempt);
        Assert.Equal((RunState.Succeeded, "{\"a\":  1.50}"), (status.State, status.Output));
        Assert.Equal(_host.Time.GetUtcNow(), status.FinishedAt);
    }

    [Fact]
    public async Task A_result_under_another_claim_changes_nothing()
    {
        var (attempt, _) = await RunningAsync();

        Assert.Equal(ResultEffect.Stale, await ApplyAsync(attempt, Guid.NewGuid(), StepResult.Success("{}")));
        Assert.Equal(ResultEffect.Stale, await ApplyAsync(attempt, Guid.NewGuid(), StepResult.Failure(Passing)));
        Assert.Equal(RunState.Running, (await _host.StatusAsync(attempt)).State);
    }

    [Fact]
    public async Task A_worker_that_does_not_claim_may_answer_what_nobody_claimed()
    {
        var attempt = await _host.DispatchAsync();

        Assert.Equal(ResultEffect.Finished, await ApplyAsync(attempt, null, StepResult.Success("{}")));
        Assert.Equal(RunState.Succeeded, (await _host.StatusAsync(attempt)).State);
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
        _host.Time.Advance(1_000_000);

        Assert.Equal(ResultEffect.Stale, await ApplyAsync(attempt, claim, StepResult.Success("{}")));
        Assert.Equal(ResultEffect.Stale, await ApplyAsync(attempt, null, StepResult.Success("{}")));
        Assert.Equal(ResultEffect.Stale, await ApplyAsync(attempt, claim, StepResult.Failure(Passing)));
        Assert.Equal(LeaseAnswer.Lost, await ClaimAsync(attempt, claim));
        Assert.Equal(LeaseAnswer.Lost, await HeartbeatAsync(attempt, claim));
        Assert.Empty(await _host.Reaping.LoseAsync(_host.Time.GetUtcNow(), Token));
        Assert.Empty(await _host.Reaping.TimeOutAsync(_host.Time.GetUtcNow(), Token));
        Assert.Equal(0, await _host.Dispatch.ResendAsync(_host.Time.GetUtcNow(), Token));
        var status = await _host.StatusAsync(attempt);
        Assert.Equal((RunState.Failed, Final.Json, null), (status.State, status.Error, status.Output));
    }

    private async Task<(AttemptId Attempt, Guid Claim)> RunningAsync()
    {
        var attempt = await _host.DispatchAsync();
        var claim = Guid.NewGuid();
        Assert.Equal(LeaseAnswer.Granted, await ClaimAsync(attempt, claim));
        return (attempt, claim);
    }

    private Task<LeaseAnswer> ClaimAsync(AttemptId attempt, Guid claim) =>
        _host.Steps.ClaimAsync(attempt, claim, "worker", Token);

    private Task<LeaseAnswer> HeartbeatAsync(AttemptId attempt, Guid claim) =>
        _host.Steps.HeartbeatAsync(attempt, claim, null, [], Token);

    private Task<ResultEffect> ApplyAsync(AttemptId attempt, Guid? claim, StepResult result) =>
        _host.Steps.ApplyAsync(attempt, claim, result, Token);
}
