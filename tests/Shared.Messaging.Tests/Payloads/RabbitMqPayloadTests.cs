using Microsoft.Extensions.DependencyInjection;
using Skipper.Shared.Messaging.Hosting;

namespace Skipper.Shared.Messaging.Tests.Payloads;

public sealed class RabbitMqPayloadTests : PayloadContract
{
    private protected override Task<MessagingProcess> StartAsync(
        Action<MessagingBuilder> register, Action<IServiceCollection> services) =>
        MessagingProcess.StartRabbitMqAsync(register, services: services);
}
