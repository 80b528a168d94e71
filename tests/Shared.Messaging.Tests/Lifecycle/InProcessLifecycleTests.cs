using Microsoft.Extensions.DependencyInjection;
using Skipper.Shared.Messaging.Hosting;

namespace Skipper.Shared.Messaging.Tests.Lifecycle;

public sealed class InProcessLifecycleTests : LifecycleContract
{
    private protected override Task<MessagingProcess> StartAsync(
        Action<MessagingBuilder> register, Action<IServiceCollection>? services = null) =>
        MessagingProcess.StartInProcessAsync(register, services);
}
