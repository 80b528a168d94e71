using MassTransit;

namespace Skipper.Shared.Messaging.Events;

/// <summary>Events over MassTransit.</summary>
internal sealed class MassTransitEventBus(IBus bus) : IEventBus
{
    // Without a bound a publish waits for as long as the broker is away.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public async Task PublishAsync<TEvent>(TEvent message, CancellationToken cancellationToken)
        where TEvent : class
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        await bus.Publish(message, patience.Token);
    }
}
