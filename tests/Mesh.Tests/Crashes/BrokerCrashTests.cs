namespace Skipper.Mesh.Tests.Crashes;

/// <summary>The broker dies, or forgets, while it has messages.</summary>
[Collection(nameof(CrashServers))]
public sealed class BrokerCrashTests(CrashServers servers) : IAsyncLifetime
{
    private CrashMesh _mesh = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _mesh = await servers.OpenAsync();

    public ValueTask DisposeAsync() => _mesh.DisposeAsync();

    [Fact]
    public async Task After_the_broker_was_wiped_what_nobody_had_claimed_is_sent_again_and_what_runs_goes_on()
    {
        var gateway = await _mesh.StartGatewayAsync(settings: ("LeaseSeconds", 4));
        var worker = await _mesh.StartWorkerAsync();
        var running = await CrashMesh.SubmitAsync(gateway.Address);
        await worker.WaitUntilBegunAsync(running);

        // One of them is in the worker's hands, the other one only with the broker.
        var unclaimed = new[] { await CrashMesh.SubmitAsync(gateway.Address), await CrashMesh.SubmitAsync(gateway.Address) };
        await using (var hand = await _mesh.ConnectAsync())
        {
            await hand.WaitForCountAsync(_mesh.Queue, 1);
        }

        await _mesh.Servers.RunAsync(Token, "kill-broker");
        Wipe(Path.Combine(_mesh.Servers.Environment["SKIPPER_SERVERS"]!, "broker", "mnesia"));
        await _mesh.Servers.RunAsync(Token, "start-broker");
        await gateway.Process.WaitForLineAsync("unclaimed steps again", Token);
        worker.Release();

        foreach (var run in unclaimed.Prepend(running))
        {
            await _mesh.AssertSucceededOnceAsync(run, attempt: 1);
        }

        Assert.Equal(3, worker.Begun);
    }

    [Fact]
    public async Task After_its_queue_was_deleted_what_nobody_had_claimed_is_sent_again_and_what_runs_goes_on()
    {
        await using var hand = await _mesh.ConnectAsync();
        await hand.DeclareAsync(_mesh.Queue);
        var gateway = await _mesh.StartGatewayAsync(settings: ("ResendSeconds", 1));
        var running = await CrashMesh.SubmitAsync(gateway.Address);
        var (attempt, claim) = (await hand.TakeAsync(_mesh.Queue), Guid.NewGuid());
        Assert.Equal("granted", await hand.ClaimAsync(attempt, claim));
        var unclaimed = await CrashMesh.SubmitAsync(gateway.Address);
        await hand.WaitForCountAsync(_mesh.Queue, 1);

        await hand.DeleteAsync(_mesh.Queue);

        var worker = await _mesh.StartWorkerAsync();
        worker.Release();
        await _mesh.AssertSucceededOnceAsync(unclaimed, attempt: 1);
        Assert.Equal(("running", 1), ((await _mesh.RunAsync(running)).State, worker.Begun));
        await hand.AnswerAsync(attempt, claim, "1");
        await _mesh.AssertSucceededOnceAsync(running, attempt: 1);
    }

    [Fact]
    public async Task A_step_that_was_delivered_but_not_acknowledged_when_the_broker_restarted_is_executed_once()
    {
        await using (var hand = await _mesh.ConnectAsync())
        {
            await hand.DeclareAsync(_mesh.Queue);
        }

        var gateway = await _mesh.StartGatewayAsync();
        var run = await CrashMesh.SubmitAsync(gateway.Address);
        await _mesh.WaitForRunAsync(run, row => row.StepState == "dispatched", "the message is sent");
        await using var blockade = await _mesh.BlockRunAsync(run);
        var worker = await _mesh.StartWorkerAsync();
        await _mesh.WaitUntilBlockedAsync(1);

        // The worker acknowledges when its claim is granted, which it is not before the broker is back.
        await _mesh.Servers.RunAsync(Token, "restart-broker");
        await blockade.ReleaseAsync();

        worker.Release();
        await _mesh.AssertSucceededOnceAsync(run, attempt: 1);
        Assert.Equal(1, worker.Begun);
    }

    private static void Wipe(string folder)
    {
        foreach (var file in Directory.GetFiles(folder))
        {
            File.Delete(file);
        }

        foreach (var child in Directory.GetDirectories(folder))
        {
            Directory.Delete(child, recursive: true);
        }
    }
}
