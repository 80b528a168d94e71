using System.Globalization;
using Skipper.Testing;

namespace Skipper.Mesh.Tests.Crashes;

/// <summary>A worker dies, or falls silent and comes back, while it has a step.</summary>
[Collection(nameof(CrashServers))]
public sealed class WorkerCrashTests(CrashServers servers) : IAsyncLifetime
{
    private static readonly (string, double) Lease = ("LeaseSeconds", 4);

    private CrashMesh _mesh = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _mesh = await servers.OpenAsync();

    public ValueTask DisposeAsync() => _mesh.DisposeAsync();

    [Fact]
    public async Task A_step_whose_worker_died_before_it_claimed_is_delivered_to_another_as_the_same_attempt()
    {
        await using var hand = await _mesh.ConnectAsync();
        await hand.DeclareAsync(_mesh.Queue);
        var gateway = await _mesh.StartGatewayAsync();
        var run = await CrashMesh.SubmitAsync(gateway.Address);
        await hand.WaitForCountAsync(_mesh.Queue, 1);

        // Without a gateway nobody answers the claim.
        await gateway.Process.KillAsync();
        var dead = await _mesh.StartWorkerAsync();
        await hand.WaitForCountAsync(_mesh.Queue, 0);
        await dead.Process.KillAsync();
        await hand.WaitForCountAsync(_mesh.Queue, 1);

        await _mesh.StartGatewayAsync(gateway.Address);
        var worker = await _mesh.StartWorkerAsync();
        worker.Release();
        await _mesh.AssertSucceededOnceAsync(run, attempt: 1);
        Assert.Equal((0, 1), (dead.Begun, worker.Begun));
    }

    [Fact]
    public async Task A_step_whose_worker_died_after_it_claimed_is_tried_again_by_another()
    {
        var gateway = await _mesh.StartGatewayAsync(settings: Lease);
        var dead = await _mesh.StartWorkerAsync();
        var run = await CrashMesh.SubmitAsync(gateway.Address);
        await dead.WaitUntilBegunAsync(run);

        await dead.Process.KillAsync();
        var worker = await _mesh.StartWorkerAsync();
        worker.Release();

        var row = await _mesh.AssertSucceededOnceAsync(run, attempt: 2);
        Assert.Equal(Output(worker, run, attempt: 2), row.Output);
        Assert.Equal("lost", await _mesh.ScalarAsync<string>("SELECT outcome FROM gateway.attempts WHERE run_id = @run", run));
    }

    [Fact]
    public async Task A_worker_that_was_cut_off_for_longer_than_its_lease_and_finishes_late_changes_nothing()
    {
        await using var hand = await _mesh.ConnectAsync();
        var gateway = await _mesh.StartGatewayAsync(settings: Lease);
        var frozen = await _mesh.StartWorkerAsync();
        var run = await CrashMesh.SubmitAsync(gateway.Address);
        await frozen.WaitUntilBegunAsync(run);
        var claim = (await _mesh.RunAsync(run)).Claim!.Value;

        // The next message is in its hands too, so that the second attempt goes to the other worker.
        var next = await CrashMesh.SubmitAsync(gateway.Address);
        await _mesh.WaitForRunAsync(next, row => row.StepState == "dispatched", "the next message is sent");
        await hand.WaitForCountAsync(_mesh.Queue, 0);

        await frozen.Process.SignalAsync("STOP", Token);
        var worker = await _mesh.StartWorkerAsync();
        await worker.WaitUntilBegunAsync(run, attempt: 2);
        frozen.Release();
        await frozen.Process.SignalAsync("CONT", Token);
        await _mesh.AssertSucceededOnceAsync(next, attempt: 1);

        // Whether it sent its result or heard in time that it had lost: here is that result, as late.
        await hand.AnswerAsync($"{run}:task:1", claim, "\"late\"");
        await gateway.Process.WaitForLineAsync($"Applied the result of {run} task attempt 1: Stale", Token);
        Assert.Equal(("running", 2), ((await _mesh.RunAsync(run)).StepState, (await _mesh.RunAsync(run)).Attempt));

        worker.Release();
        Assert.Equal(Output(worker, run, attempt: 2), (await _mesh.AssertSucceededOnceAsync(run, attempt: 2)).Output);
    }

    [Fact]
    public async Task A_worker_that_nobody_could_hear_for_longer_than_its_lease_is_not_taken_for_dead()
    {
        var gateway = await _mesh.StartGatewayAsync(settings: Lease);
        var worker = await _mesh.StartWorkerAsync();
        var run = await CrashMesh.SubmitAsync(gateway.Address);
        await worker.WaitUntilBegunAsync(run);

        await gateway.Process.KillAsync();
        await _mesh.WaitUntilForgottenAsync();
        await Eventually.TrueAsync(
            async () => await _mesh.ScalarAsync<bool>("SELECT lease_until < now() FROM gateway.steps"), "the lease is over", Token);
        await _mesh.StartGatewayAsync(gateway.Address, settings: Lease);

        await Eventually.TrueAsync(
            async () => await _mesh.ScalarAsync<bool>("SELECT COALESCE(lease_until > now(), true) FROM gateway.steps"),
            "the worker is heard, or replaced",
            Token);
        worker.Release();
        await _mesh.AssertSucceededOnceAsync(run, attempt: 1);
    }

    [Fact]
    public async Task Of_a_result_that_is_sent_twice_the_first_counts()
    {
        await using var hand = await _mesh.ConnectAsync();
        await hand.DeclareAsync(_mesh.Queue);
        var gateway = await _mesh.StartGatewayAsync();
        var run = await CrashMesh.SubmitAsync(gateway.Address);
        var attempt = await hand.TakeAsync(_mesh.Queue);
        var claim = Guid.NewGuid();
        Assert.Equal("granted", await hand.ClaimAsync(attempt, claim));

        await hand.AnswerAsync(attempt, claim, "1");
        await hand.AnswerAsync(attempt, claim, "2");

        await gateway.Process.WaitForLineAsync($"Applied the result of {run} task attempt 1: Stale", Token);
        Assert.Equal("1", (await _mesh.AssertSucceededOnceAsync(run, attempt: 1)).Output);
    }

    [Fact]
    public async Task A_cancellation_reaches_a_running_worker_within_two_heartbeats()
    {
        var gateway = await _mesh.StartGatewayAsync(settings: [Lease, ("CancelGraceSeconds", 3600)]);
        var worker = await _mesh.StartWorkerAsync();
        var run = await CrashMesh.SubmitAsync(gateway.Address);
        await worker.WaitUntilBegunAsync(run);

        // A heartbeat is the only statement that writes progress here; it fires this also where it finds its claim cancelled.
        await _mesh.ExecuteAsync("""
            CREATE TABLE heartbeats (cancelled boolean NOT NULL);
            CREATE FUNCTION note_heartbeat() RETURNS trigger LANGUAGE plpgsql AS $$
              BEGIN
                INSERT INTO public.heartbeats SELECT cancel_requested_at IS NOT NULL FROM gateway.runs;
                RETURN NULL;
              END $$;
            CREATE TRIGGER note_heartbeat AFTER UPDATE OF progress_percent ON gateway.steps
              FOR EACH STATEMENT EXECUTE FUNCTION note_heartbeat();
            """);
        await Eventually.TrueAsync(async () => await HeartbeatsAsync(cancelled: false) > 0, "the worker lives", Token);

        Assert.Equal("running", await CrashMesh.CancelAsync(gateway.Address, run));

        await worker.Process.WaitForLineAsync($"stopped {run}:task:1", Token);
        Assert.InRange(await HeartbeatsAsync(cancelled: true), 1, 2);
        var ended = await _mesh.WaitForRunAsync(run, row => row.State != "running", "the run ends");
        Assert.Equal(("cancelled", "cancelled", 1), (ended.State, ended.StepState, ended.Attempt));
    }

    private Task<long> HeartbeatsAsync(bool cancelled) => _mesh.ScalarAsync<long>(
        $"SELECT COUNT(*) FROM public.heartbeats WHERE cancelled = {cancelled}");

    private static string Output(HoldWorker worker, Guid run, int attempt) => string.Create(
        CultureInfo.InvariantCulture, $$"""{"worker":{{worker.Process.Id}},"attempt":"{{run}}:task:{{attempt}}"}""");
}
