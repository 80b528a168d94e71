using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Shared.Messaging.Tests.Hosting;

public sealed class RegistrationTests
{
    [Fact]
    public async Task Two_handlers_for_one_task_type_fail_at_start_and_name_both()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => MessagingProcess.StartInProcessAsync(
            messaging => messaging
                .Handle<RawJson, RawJson, EchoHandler>("q", "echo")
                .Handle<RawJson, RawJson, OtherHandler>("q", "echo")));
        Assert.Contains(nameof(EchoHandler), error.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(OtherHandler), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_contract_without_a_task_type_cannot_be_registered()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => MessagingProcess.StartInProcessAsync(
            messaging => messaging.Handle<RawJson, RawJson, EchoHandler>()));
        Assert.Contains("[TaskType]", error.Message, StringComparison.Ordinal);
    }

    private sealed class OtherHandler : IMessageHandler<RawJson, RawJson>
    {
        public Task<RawJson> HandleAsync(RawJson message, MessageContext context, CancellationToken cancellationToken) =>
            Task.FromResult(message);
    }
}
