using Microsoft.Extensions.Hosting;

namespace Skipper.Shared.Messaging.Hosting;

/// <summary>Adds the mesh to a process.</summary>
public static class MessagingHosting
{
    /// <summary>Adds client, worker host and event bus once per process, and returns where handlers are registered.</summary>
    /// <param name="builder">The process.</param>
    /// <param name="service">Name of the service, such as <c>training</c>; workers carry it.</param>
    public static MessagingBuilder AddMessaging(this IHostApplicationBuilder builder, string service) =>
        new(builder.Services, service);
}
