namespace Skipper.Shared.Messaging.Tests.Transports;

public sealed class InProcessAcknowledgementTests : AcknowledgementContract
{
    private protected override Task<MessagingProcess> StartAsync() => MessagingProcess.StartInProcessAsync(_ => { });
}
