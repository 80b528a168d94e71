using Microsoft.Extensions.DependencyInjection;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Messaging.Hosting;
using Skipper.Shared.Messaging.Payloads;
using Skipper.Shared.Messaging.Transports;

namespace Skipper.Shared.Messaging.Tests.Payloads;

public sealed class InProcessPayloadTests : PayloadContract
{
    private protected override Task<MessagingProcess> StartAsync(
        Action<MessagingBuilder> register, Action<IServiceCollection> services) =>
        MessagingProcess.StartInProcessAsync(register, services: services);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_large_result_of_a_durable_step_is_a_reference_where_the_gateway_takes_one(bool accepts)
    {
        await using var process = await StartAsync(
            messaging => Make(
                messaging.Handle<ClaimStep, StepLease, Granting>().Handle<HeartbeatStep, StepLease, Granting>()),
            Store);
        var results = $"{Queue}_results";
        var received = new TaskCompletionSource<Message>();
        await using var subscription = await process.Transport.ConsumeAsync(results, 1, delivery => received.TrySetResult(delivery.Message));
        var headers = new Dictionary<string, string> { [MessageHeaders.Run] = Guid.NewGuid().ToString() };
        if (accepts)
        {
            headers[MessageHeaders.Accept] = "claim-check";
        }

        await process.Transport.SendAsync(
            Queue, new() { Body = Body("make", 10), CorrelationId = "run:task:1", ReplyTo = results, Headers = headers }, Token);

        var result = await received.Task.WaitAsync(Token);
        Assert.Equal(accepts, result.Header(MessageHeaders.ClaimCheck) is not null);
        Assert.NotNull(result.Header(MessageHeaders.Claim));
        var whole = await process.Services.GetRequiredService<IClaimCheck>().OpenAsync(result, Token);
        Assert.True(whole.Body.Span.SequenceEqual(Maker.Answer));
    }

    private sealed class Granting : IMessageHandler<ClaimStep, StepLease>, IMessageHandler<HeartbeatStep, StepLease>
    {
        private static readonly StepLease Granted = new() { State = "granted", LeaseSeconds = 20 };

        public Task<StepLease> HandleAsync(ClaimStep message, MessageContext context, CancellationToken cancellationToken) =>
            Task.FromResult(Granted);

        public Task<StepLease> HandleAsync(HeartbeatStep message, MessageContext context, CancellationToken cancellationToken) =>
            Task.FromResult(Granted);
    }
}
