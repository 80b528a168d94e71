using Skipper.Shared.Messaging.Contracts;
using Skipper.Testing;

namespace Skipper.Mesh.Tests.Crashes;

/// <summary>The gateway or its database dies while a result is applied, or a cancellation comes at that moment.</summary>
[Collection(nameof(CrashServers))]
public sealed class ApplyCrashTests(CrashServers servers) : IAsyncLifetime
{
    private CrashMesh _mesh = null!;
    private BrokerHand _hand = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _mesh = await servers.OpenAsync();
        _hand = await _mesh.ConnectAsync();
        await _hand.DeclareAsync(_mesh.Queue);
    }

    public async ValueTask DisposeAsync()
    {
        await _hand.DisposeAsync();
        await _mesh.DisposeAsync();
    }

    [Fact]
    public async Task A_result_whose_gateway_died_after_the_commit_comes_again_and_changes_nothing()
    {
        await using var proxy = _mesh.ProxyBroker();
        var gateway = await _mesh.StartGatewayAsync(broker: proxy);
        var (run, attempt, claim) = await ClaimedAsync(gateway);

        // Results reach the gateway, and its acknowledgement does not reach the broker.
        proxy.MuteClients();
        await _hand.AnswerAsync(attempt, claim, "1");
        var before = await _mesh.AssertSucceededOnceAsync(run, attempt: 1);
        await gateway.Process.KillAsync();

        var next = await _mesh.StartGatewayAsync(gateway.Address);
        await next.Process.WaitForLineAsync($"Applied the result of {run} task attempt 1: Stale", Token);
        var after = await _mesh.RunAsync(run);
        Assert.Equal(("succeeded", "1"), (after.State, after.Output));
        Assert.Equal(before.Events, after.Events);

        // It was acknowledged this time: what a gateway has in hand returns to the queue when it stops.
        Assert.Equal(0, await next.Process.TerminateAsync(Token));
        await _hand.WaitForCountAsync(Queues.Results, 0);
    }

    [Fact]
    public async Task A_result_that_was_being_applied_when_the_database_died_is_applied_once_when_it_is_back()
    {
        var gateway = await _mesh.StartGatewayAsync();
        var (run, attempt, claim) = await ClaimedAsync(gateway);
        await using var blockade = await _mesh.BlockRunAsync(run);
        await _hand.AnswerAsync(attempt, claim, "1");
        await _mesh.WaitUntilBlockedAsync(1);

        await _mesh.Servers.RunAsync(Token, "kill-postgres");
        await gateway.Process.WaitForLineAsync($"Could not apply the result {attempt}", Token);
        await _mesh.Servers.RunAsync(Token, "start-postgres");

        Assert.Equal("1", (await _mesh.AssertSucceededOnceAsync(run, attempt: 1)).Output);
    }

    [Theory]
    [InlineData(true, "cancelled")]
    [InlineData(false, "succeeded")]
    public async Task Of_a_cancellation_and_a_result_at_once_the_first_counts(bool isCancelledFirst, string state)
    {
        var gateway = await _mesh.StartGatewayAsync();
        var (run, attempt, claim) = await ClaimedAsync(gateway);
        await using var blockade = await _mesh.BlockRunAsync(run);
        var cancelling = Task.FromResult("");
        if (isCancelledFirst)
        {
            cancelling = CrashMesh.CancelAsync(gateway.Address, run);
            await _mesh.WaitUntilBlockedAsync(1);
        }

        await _hand.AnswerAsync(attempt, claim, "1");
        await _mesh.WaitUntilBlockedAsync(isCancelledFirst ? 2 : 1);
        if (!isCancelledFirst)
        {
            cancelling = CrashMesh.CancelAsync(gateway.Address, run);
            await _mesh.WaitUntilBlockedAsync(2);
        }

        await blockade.ReleaseAsync();

        Assert.Equal(isCancelledFirst ? "running" : "succeeded", await cancelling);
        await gateway.Process.WaitForLineAsync($"Applied the result of {run} task attempt 1: Finished", Token);
        var row = await _mesh.RunAsync(run);
        Assert.Equal((state, 1), (row.State, row.Attempt));
        Assert.Single(row.Events, $"run.{state}");
    }

    private async Task<(Guid Run, string Attempt, Guid Claim)> ClaimedAsync(ServiceProcess gateway)
    {
        var run = await CrashMesh.SubmitAsync(gateway.Address);
        var (attempt, claim) = (await _hand.TakeAsync(_mesh.Queue), Guid.NewGuid());
        Assert.Equal("granted", await _hand.ClaimAsync(attempt, claim));
        return (run, attempt, claim);
    }
}
