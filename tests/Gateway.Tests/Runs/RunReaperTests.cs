using Skipper.Gateway.Runs;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Transports;
using Skipper.Testing;

namespace Skipper.Gateway.Tests.Runs;

public sealed class RunReaperTests : IAsyncLifetime
{
    private readonly RunsHost _host = new(TestStorage.Sqlite());

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private RunReaper Reaper => _host.GetHosted<RunReaper>();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task After_a_start_silence_counts_only_after_one_lease()
    {
        var attempt = await RunningAsync();
        _host.Time.Advance(100);
        await Reaper.TickAsync(Token);
        Assert.Equal(1, (await _host.StatusAsync(attempt)).Attempt);

        _host.Time.Advance(21);
        await Reaper.TickAsync(Token);
        Assert.Equal(2, (await _host.StatusAsync(attempt)).Attempt);
    }

    [Fact]
    public async Task During_and_right_after_an_outage_nobody_is_declared_dead()
    {
        await HealthyAsync();
        var attempt = await RunningAsync();
        _host.Transport.State = new TransportState(false, 1, "away");
        _host.Time.Advance(99);
        await Reaper.TickAsync(Token);
        _host.Transport.State = new TransportState(true, 2, "");
        await Reaper.TickAsync(Token);
        _host.Time.Advance(19);
        await Reaper.TickAsync(Token);
        Assert.Equal((1, RunState.Running), await StateAsync(attempt));

        _host.Time.Advance(2);
        await Reaper.TickAsync(Token);
        Assert.Equal((2, "queued"), await StateAsync(attempt));
    }

    [Fact]
    public async Task Nobody_is_declared_dead_whose_answer_may_lie_in_the_queue_for_results()
    {
        await HealthyAsync();
        var attempt = await RunningAsync();
        _host.Transport.Waiting[Queues.Results] = 1;
        _host.Time.Advance(50);
        await Reaper.TickAsync(Token);
        _host.Transport.Waiting[Queues.Results] = 0;
        _host.Time.Advance(1);
        await Reaper.TickAsync(Token);
        Assert.Equal((1, RunState.Running), await StateAsync(attempt));

        _host.Time.Advance(1);
        await Reaper.TickAsync(Token);
        Assert.Equal((2, "queued"), await StateAsync(attempt));
    }

    [Fact]
    public async Task What_was_sent_over_a_lost_connection_is_sent_again()
    {
        await HealthyAsync();
        var attempt = await _host.DispatchAsync();
        _host.Time.Advance(1);
        await Reaper.TickAsync(Token);
        Assert.Empty(await _host.TakeAsync());

        _host.Transport.State = new TransportState(true, 2, "");
        await Reaper.TickAsync(Token);
        Assert.Equal(attempt, Assert.Single(await _host.TakeAsync()).AttemptId);
    }

    [Fact]
    public async Task What_another_process_had_sent_is_sent_again_at_start()
    {
        var attempt = await _host.DispatchAsync();
        _host.Time.Advance(1);
        await Reaper.TickAsync(Token);

        Assert.Equal(attempt, Assert.Single(await _host.TakeAsync()).AttemptId);
    }

    [Fact]
    public async Task A_step_whose_time_is_over_is_timed_out()
    {
        await HealthyAsync();
        var attempt = await RunningAsync();
        _host.Time.Advance(90);
        var row = new { attempt.RunId, Lease = _host.Time.GetUtcNow().AddSeconds(100) };
        await _host.ExecuteAsync("UPDATE gateway.steps SET lease_until = @Lease WHERE run_id = @RunId", row);
        _host.Time.Advance(11);
        await Reaper.TickAsync(Token);

        Assert.Equal(RunState.TimedOut, (await _host.StatusAsync(attempt)).State);
    }

    [Fact]
    public async Task In_one_process_the_work_of_the_last_process_starts_anew_at_once()
    {
        await using var embedded = new RunsHost(
            TestStorage.Sqlite(), settings: [("Skipper:Messaging:Transport", "inprocess")]);
        var running = await embedded.DispatchAsync();
        await embedded.Steps.ClaimAsync(running, Guid.NewGuid(), "dead", Token);
        var sent = await embedded.DispatchAsync();
        embedded.Time.Advance(5);
        var reaper = embedded.GetHosted<RunReaper>();
        var fresh = await embedded.DispatchAsync();
        await embedded.Steps.ClaimAsync(fresh, Guid.NewGuid(), "alive", Token);

        await reaper.TickAsync(Token);

        Assert.Equal((2, "queued"), await StateAsync(running, embedded));
        Assert.Equal((1, RunState.Running), await StateAsync(fresh, embedded));
        embedded.Time.Advance(2);
        Assert.Equal(
            [running with { Attempt = 2 }, sent],
            (await embedded.TakeAsync()).Select(row => row.AttemptId).OrderByDescending(id => id.Attempt));
    }

    private async Task HealthyAsync()
    {
        await Reaper.TickAsync(Token);
        _host.Time.Advance(21);
        await Reaper.TickAsync(Token);
    }

    private async Task<AttemptId> RunningAsync()
    {
        var attempt = await _host.DispatchAsync();
        await _host.Steps.ClaimAsync(attempt, Guid.NewGuid(), "worker", Token);
        return attempt;
    }

    private async Task<(int Attempt, string? State)> StateAsync(AttemptId attempt, RunsHost? at = null)
    {
        var status = await (at ?? _host).StatusAsync(attempt);
        return (status.Attempt, status.StepState);
    }
}
