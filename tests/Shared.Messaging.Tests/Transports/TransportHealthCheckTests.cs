using Microsoft.Extensions.Diagnostics.HealthChecks;
using Skipper.Shared.Messaging.Transports;

namespace Skipper.Shared.Messaging.Tests.Transports;

public sealed class TransportHealthCheckTests
{
    [Fact]
    public async Task A_broker_that_takes_no_messages_is_unhealthy_with_its_reason()
    {
        var result = await CheckAsync(new TransportState(IsReady: false, Generation: 3, Reason: "low on memory"));
        Assert.Equal((HealthStatus.Unhealthy, "low on memory"), (result.Status, result.Description));
    }

    [Fact]
    public async Task A_transport_that_is_ready_is_healthy() =>
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(new TransportState(IsReady: true, Generation: 3, Reason: ""))).Status);

    private static Task<HealthCheckResult> CheckAsync(TransportState state) =>
        new TransportHealthCheck(new FixedTransport(state))
            .CheckHealthAsync(new HealthCheckContext(), TestContext.Current.CancellationToken);

    /// <summary>A transport of which only the state matters.</summary>
    private sealed class FixedTransport(TransportState state) : ITransport
    {
        public TransportState State => state;

        public string ReplyQueue => throw Unexpected();

        public Action<Message>? ReplyReceived { get; set; }

        public Action<string>? Returned { get; set; }

        public Action<string>? Disconnected { get; set; }

        public Action<CallId>? Abandoned { get; set; }

        public void Abandon(CallId call) => throw Unexpected();

        public ValueTask SendAsync(string queue, Message message, CancellationToken cancellationToken) => throw Unexpected();

        public Task SendConfirmedAsync(string queue, Message message, CancellationToken cancellationToken) => throw Unexpected();

        public Task<ISubscription> ConsumeAsync(string queue, int prefetch, Action<Delivery> receive) => throw Unexpected();

        public Task DeclareAsync(string queue, CancellationToken cancellationToken) => throw Unexpected();

        public Task<QueueState?> InspectAsync(string queue, CancellationToken cancellationToken) => throw Unexpected();

        public Task BrowseAsync(
            string queue, int limit, Func<Message, Task<BrowseStep>> visit, CancellationToken cancellationToken) => throw Unexpected();

        public Task WaitUntilReadyAsync(CancellationToken cancellationToken) => throw Unexpected();

        private static NotSupportedException Unexpected() => new("A health check asks for the state and nothing else.");
    }
}
