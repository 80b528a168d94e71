namespace Skipper.Shared.Messaging.Tests.Transports;

public sealed class RabbitMqAcknowledgementTests : AcknowledgementContract
{
    private protected override Task<MessagingProcess> StartAsync() => MessagingProcess.StartRabbitMqAsync(_ => { });
}
