using Microsoft.Extensions.DependencyInjection;
using Skipper.Shared.Messaging.Hosting;

namespace Skipper.Shared.Messaging.Tests.Rpc;

public sealed class RabbitMqRpcTests : RpcContract
{
    private protected override Task<MessagingProcess> StartAsync(
        Action<MessagingBuilder> register, Action<IServiceCollection>? services = null) =>
        MessagingProcess.StartRabbitMqAsync(register, services: services);
}
