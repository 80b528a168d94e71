using Skipper.Testing;

namespace Skipper.Mesh.Tests.Crashes;

/// <summary>The gateway dies, or its answer is lost, between a client's request and the broker.</summary>
[Collection(nameof(CrashServers))]
public sealed class AcceptCrashTests(CrashServers servers) : IAsyncLifetime
{
    private const string BeforeCommit = "LOCK TABLE gateway.runs IN SHARE MODE";
    private const string BeforeDispatch = "SELECT pg_advisory_xact_lock(hashtextextended('skipper.dispatch', 0))";

    private CrashMesh _mesh = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _mesh = await servers.OpenAsync();

    public ValueTask DisposeAsync() => _mesh.DisposeAsync();

    [Fact]
    public async Task A_client_that_did_not_hear_the_answer_gets_the_same_run_when_it_asks_again()
    {
        var gateway = await _mesh.StartGatewayAsync();
        await using var proxy = new FaultyProxy(gateway.Address.Host, gateway.Address.Port);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await using var blockade = await _mesh.BlockAsync(BeforeCommit);
        var unheard = CrashMesh.SubmitAsync(new Uri($"http://127.0.0.1:{proxy.Port}"), "lost-answer", patience.Token);
        await _mesh.WaitUntilBlockedAsync(1);

        proxy.MuteServer();
        await blockade.ReleaseAsync();
        await Eventually.TrueAsync(async () => await CountAsync() == 1, "the run is committed", Token);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => unheard);

        var run = await CrashMesh.SubmitAsync(gateway.Address, "lost-answer");
        Assert.Equal(await _mesh.ScalarAsync<Guid>("SELECT id FROM gateway.runs"), run);
    }

    [Fact]
    public async Task Of_a_request_whose_gateway_died_before_the_commit_nothing_is_left_and_it_may_be_sent_again()
    {
        var gateway = await _mesh.StartGatewayAsync();
        await using var blockade = await _mesh.BlockAsync(BeforeCommit);
        var unheard = CrashMesh.SubmitAsync(gateway.Address, "dead-gateway");
        await _mesh.WaitUntilBlockedAsync(1);

        await gateway.Process.KillAsync();
        await blockade.ReleaseAsync();
        await Assert.ThrowsAsync<HttpRequestException>(() => unheard);
        await _mesh.WaitUntilForgottenAsync();
        Assert.Equal(0, await CountAsync());

        var next = await _mesh.StartGatewayAsync(gateway.Address);
        var run = await CrashMesh.SubmitAsync(next.Address, "dead-gateway");
        await FinishAsync(run);
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task A_run_whose_gateway_died_after_the_commit_is_dispatched_by_the_next_one()
    {
        var gateway = await _mesh.StartGatewayAsync();
        await using var blockade = await _mesh.BlockAsync(BeforeDispatch);
        var run = await CrashMesh.SubmitAsync(gateway.Address);
        await _mesh.WaitUntilBlockedAsync(1);

        await gateway.Process.KillAsync();
        await blockade.ReleaseAsync();
        await _mesh.WaitUntilForgottenAsync();
        Assert.Equal("queued", (await _mesh.RunAsync(run)).StepState);

        await _mesh.StartGatewayAsync(gateway.Address);
        await FinishAsync(run);
    }

    [Fact]
    public async Task A_message_whose_gateway_died_before_it_was_confirmed_comes_twice_and_the_second_claim_is_denied()
    {
        await using var hand = await _mesh.ConnectAsync();
        await hand.DeclareAsync(_mesh.Queue);
        await using var proxy = _mesh.ProxyBroker();
        var gateway = await _mesh.StartGatewayAsync(broker: proxy);
        proxy.MuteServer();
        var run = await CrashMesh.SubmitAsync(gateway.Address);
        await hand.WaitForCountAsync(_mesh.Queue, 1);

        await gateway.Process.KillAsync();
        await _mesh.StartGatewayAsync(gateway.Address);
        await hand.WaitForCountAsync(_mesh.Queue, 2);

        var attempts = (await hand.TakeAsync(_mesh.Queue), await hand.TakeAsync(_mesh.Queue));
        Assert.Equal(($"{run}:task:1", $"{run}:task:1"), attempts);
        var (first, second) = (Guid.NewGuid(), Guid.NewGuid());
        Assert.Equal("granted", await hand.ClaimAsync(attempts.Item1, first));
        Assert.Equal("lost", await hand.ClaimAsync(attempts.Item2, second));
        await hand.AnswerAsync(attempts.Item2, second, "2");
        await hand.AnswerAsync(attempts.Item1, first, "1");
        Assert.Equal("1", (await _mesh.AssertSucceededOnceAsync(run, attempt: 1)).Output);
    }

    private Task<long> CountAsync() => _mesh.ScalarAsync<long>("SELECT COUNT(*) FROM gateway.runs");

    private async Task FinishAsync(Guid run)
    {
        var worker = await _mesh.StartWorkerAsync();
        worker.Release();
        await _mesh.AssertSucceededOnceAsync(run, attempt: 1);
        Assert.Equal(1, worker.Begun);
    }
}
