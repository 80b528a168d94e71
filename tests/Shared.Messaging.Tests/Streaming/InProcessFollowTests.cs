using Microsoft.Extensions.DependencyInjection;
using Skipper.Shared.Messaging.Hosting;

namespace Skipper.Shared.Messaging.Tests.Streaming;

public sealed class InProcessFollowTests : FollowContract
{
    private protected override Task<MessagingProcess> StartAsync(
        Action<MessagingBuilder> register, Action<IServiceCollection> services) =>
        MessagingProcess.StartInProcessAsync(register, services: services);
}
