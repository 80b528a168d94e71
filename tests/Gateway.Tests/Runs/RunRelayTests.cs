using System.Text;
using Skipper.Gateway.Runs;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Transports;
using Skipper.Testing;

namespace Skipper.Gateway.Tests.Runs;

public sealed class RunRelayTests : IAsyncLifetime
{
    private readonly RunsHost _host = new(TestStorage.Sqlite());

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private RunRelay Relay => _host.GetHosted<RunRelay>();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_step_is_sent_as_it_came_with_everything_a_worker_needs()
    {
        var attempt = await _host.AcceptAsync(request: "{\"task_type\": \"training\" }");
        await Relay.SendDueAsync(Token);

        var (queue, message) = Assert.Single(_host.Transport.Sent);
        Assert.Equal("skipper_training", queue);
        Assert.Equal("{\"task_type\": \"training\" }", Encoding.UTF8.GetString(message.Body.Span));
        Assert.Equal(attempt.ToString(), message.CorrelationId);
        Assert.Equal(Queues.Results, message.ReplyTo);
        Assert.True(message.Persistent);
        Assert.Equal(attempt.RunId.ToString(), message.Header(MessageHeaders.Run));
        Assert.Equal("dispatched", (await _host.StatusAsync(attempt)).StepState);
        Assert.Equal(0, await Relay.SendDueAsync(Token));
    }

    [Fact]
    public async Task A_step_says_that_its_result_may_come_as_a_reference_where_a_store_is_shared()
    {
        _host.Claims.Accept = "claim-check";
        await _host.AcceptAsync();
        await Relay.SendDueAsync(Token);

        Assert.Equal("claim-check", Assert.Single(_host.Transport.Sent).Message.Header(MessageHeaders.Accept));
    }

    [Fact]
    public async Task A_missing_queue_is_tried_again_and_holds_up_no_other()
    {
        _host.Transport.Missing["skipper_mobilenet"] = true;
        var waiting = await _host.AcceptAsync("skipper_mobilenet");
        await _host.AcceptAsync();
        await Relay.SendDueAsync(Token);
        Assert.Equal("skipper_training", Assert.Single(_host.Transport.Sent).Queue);
        Assert.Equal(1, (await _host.StatusAsync(waiting)).UnroutableCount);

        _host.Transport.Missing.Clear();
        _host.Time.Advance(5);
        await Relay.SendDueAsync(Token);
        Assert.Equal(2, _host.Transport.Sent.Count);
        Assert.Equal("dispatched", (await _host.StatusAsync(waiting)).StepState);
    }

    [Fact]
    public async Task While_the_broker_is_away_nothing_is_lost_and_no_queue_is_blamed()
    {
        _host.Transport.State = new TransportState(false, 1, "away");
        var attempt = await _host.AcceptAsync();
        await Relay.SendDueAsync(Token);
        Assert.Equal(0, (await _host.StatusAsync(attempt)).UnroutableCount);

        _host.Transport.State = new TransportState(true, 2, "");
        await Relay.SendDueAsync(Token);
        Assert.Single(_host.Transport.Sent);
    }

    [Fact]
    public async Task What_has_ended_meanwhile_is_not_sent()
    {
        var attempt = await _host.AcceptAsync();
        await _host.Steps.ApplyAsync(attempt, null, StepResult.Success("{}"), Token);

        Assert.Equal(0, await Relay.SendDueAsync(Token));
        Assert.Empty(_host.Transport.Sent);
    }
}
