using Skipper.Shared.Messaging.Hosting;

namespace Skipper.Shared.Messaging.Tests.Events;

public sealed class RabbitMqEventBusTests : EventBusContract
{
    private protected override Task<MessagingProcess> StartAsync(Action<MessagingBuilder> register) =>
        MessagingProcess.StartRabbitMqAsync(register);
}
