using Microsoft.Extensions.DependencyInjection;
using Skipper.Shared.Messaging.Hosting;

namespace Skipper.Shared.Messaging.Tests.Duplicates;

public sealed class InProcessDuplicateTests : DuplicateContract
{
    private protected override Task<MessagingProcess> StartAsync(
        Action<MessagingBuilder> register, Action<IServiceCollection> services) =>
        MessagingProcess.StartInProcessAsync(register, services);
}

public sealed class RabbitMqDuplicateTests : DuplicateContract
{
    private protected override Task<MessagingProcess> StartAsync(
        Action<MessagingBuilder> register, Action<IServiceCollection> services) =>
        MessagingProcess.StartRabbitMqAsync(register, services: services);
}
