using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Skipper.Shared.Messaging.Events;

/// <summary>That this process wants an event, and who handles it.</summary>
internal sealed record EventSubscription(Action<IReceiveEndpointConfigurator, IServiceProvider> Configure)
{
    public static EventSubscription Create<TEvent, THandler>()
        where TEvent : class
        where THandler : class, IEventHandler<TEvent> =>
        new((endpoint, services) => endpoint.Handler<TEvent>(context =>
            services.GetRequiredService<THandler>().HandleAsync(context.Message, context.CancellationToken)));
}
