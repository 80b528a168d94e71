namespace Skipper.Shared.Messaging.Tests.Transports;

public sealed class InProcessTransportTests : TransportContract
{
    private protected override Task<MessagingProcess> StartAsync() => MessagingProcess.StartInProcessAsync(_ => { });
}
