using Skipper.Gateway.Runs;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Gateway.Tests.Runs;

/// <content>What happens to runs that somebody cancels.</content>
public abstract partial class RunStoreContract
{
    [Fact]
    public async Task A_run_that_nobody_executes_is_cancelled_at_once_and_never_sent()
    {
        var queued = await _host.AcceptAsync();

        Assert.Equal(RunState.Cancelled, await CancelAsync(queued));
        Assert.Empty(await _host.TakeAsync());
        Assert.Equal(LeaseAnswer.Cancel, await ClaimAsync(queued, Guid.NewGuid()));
        Assert.Equal(ResultEffect.Stale, await ApplyAsync(queued, null, StepResult.Success("{}")));
    }

    [Fact]
    public async Task A_sent_message_of_a_cancelled_run_cannot_be_claimed()
    {
        var sent = await _host.DispatchAsync();

        Assert.Equal(RunState.Cancelled, await CancelAsync(sent));
        Assert.Equal(LeaseAnswer.Cancel, await ClaimAsync(sent, Guid.NewGuid()));
    }

    [Fact]
    public async Task A_running_worker_hears_of_the_cancellation_with_its_heartbeat_and_the_run_ends_with_its_answer()
    {
        var (attempt, claim) = await RunningAsync();

        Assert.Equal(RunState.Running, await CancelAsync(attempt));
        Assert.Equal(LeaseAnswer.Cancel, await HeartbeatAsync(attempt, claim));
        Assert.Equal(ResultEffect.Finished, await ApplyAsync(attempt, claim, StepResult.Failure(Stopped)));

        var status = await _host.StatusAsync(attempt);
        Assert.Equal((RunState.Cancelled, StepState.Cancelled), (status.State, status.StepState));
    }

    [Fact]
    public async Task A_worker_that_was_done_before_it_heard_of_the_cancellation_does_not_undo_it()
    {
        var (attempt, claim) = await RunningAsync();
        await CancelAsync(attempt);

        Assert.Equal(ResultEffect.Finished, await ApplyAsync(attempt, claim, StepResult.Success("{}")));
        var status = await _host.StatusAsync(attempt);
        Assert.Equal((RunState.Cancelled, StepState.Succeeded), (status.State, status.StepState));
    }

    [Fact]
    public async Task An_error_that_may_pass_is_not_tried_again_in_a_run_that_was_cancelled()
    {
        var (attempt, claim) = await RunningAsync();
        await CancelAsync(attempt);

        Assert.Equal(ResultEffect.Finished, await ApplyAsync(attempt, claim, StepResult.Failure(Passing)));
        Assert.Equal(RunState.Cancelled, (await _host.StatusAsync(attempt)).State);
    }

    [Fact]
    public async Task A_worker_that_does_not_stop_is_given_up_after_the_grace()
    {
        var (attempt, claim) = await RunningAsync();
        await CancelAsync(attempt);
        _host.Time.Advance(15);
        await HeartbeatAsync(attempt, claim);
        _host.Time.Advance(16);

        Assert.Equal([attempt], await _host.Reaping.TimeOutAsync(_host.Time.GetUtcNow(), Token));
        Assert.Equal(RunState.Cancelled, (await _host.StatusAsync(attempt)).State);
        Assert.Equal(ResultEffect.Stale, await ApplyAsync(attempt, claim, StepResult.Success("{}")));
    }

    [Fact]
    public async Task A_worker_that_died_while_it_was_to_stop_is_not_replaced()
    {
        var (attempt, _) = await RunningAsync();
        await CancelAsync(attempt);
        _host.Time.Advance(21);

        Assert.Equal([attempt], await _host.Reaping.LoseAsync(_host.Time.GetUtcNow(), Token));
        var status = await _host.StatusAsync(attempt);
        Assert.Equal((RunState.Cancelled, 1), (status.State, status.Attempt));
    }

    [Fact]
    public async Task Force_ends_a_run_without_its_worker()
    {
        var (attempt, claim) = await RunningAsync();

        Assert.Equal(RunState.Cancelled, await CancelAsync(attempt, force: true));
        Assert.Equal(LeaseAnswer.Cancel, await HeartbeatAsync(attempt, claim));
        Assert.Equal(ResultEffect.Stale, await ApplyAsync(attempt, claim, StepResult.Success("{}")));
        Assert.Equal(RunState.Cancelled, (await _host.StatusAsync(attempt)).State);
    }

    [Fact]
    public async Task Asking_again_with_force_ends_a_run_that_was_asked_to_stop()
    {
        var (attempt, _) = await RunningAsync();
        await CancelAsync(attempt);

        Assert.Equal(RunState.Cancelled, await CancelAsync(attempt, force: true));
    }

    [Fact]
    public async Task What_has_ended_is_not_cancelled()
    {
        var (attempt, claim) = await RunningAsync();
        await ApplyAsync(attempt, claim, StepResult.Success("{}"));

        Assert.Equal(RunState.Succeeded, await CancelAsync(attempt, force: true));
        Assert.Equal(RunState.Succeeded, (await _host.StatusAsync(attempt)).State);
    }

    [Fact]
    public async Task Of_a_result_and_a_cancellation_at_once_the_first_counts_and_the_run_ends()
    {
        for (var i = 0; i < 20; i++)
        {
            var (attempt, claim) = await RunningAsync();

            var result = ApplyAsync(attempt, claim, StepResult.Success("{}"));
            var state = await CancelAsync(attempt);

            Assert.Equal(ResultEffect.Finished, await result);
            var status = await _host.StatusAsync(attempt);
            Assert.Equal(state == RunState.Succeeded ? RunState.Succeeded : RunState.Cancelled, status.State);
        }
    }

    [Fact]
    public async Task An_unknown_run_cannot_be_cancelled()
    {
        var exception = await Assert.ThrowsAsync<MeshException>(
            () => CancelAsync(new AttemptId(Guid.NewGuid(), AttemptId.SingleStep, 1)));

        Assert.Equal(ErrorCode.NotFound, exception.Code);
    }

    private static StepError Stopped { get; } = StepError.Of(ErrorCode.Cancelled, "The run was cancelled.", retryable: false);

    private Task<string> CancelAsync(AttemptId attempt, bool force = false) =>
        _host.Get<RunCancellation>().CancelAsync(attempt.RunId, "not needed", force, Token);
}
