using System.Collections.Concurrent;
using Skipper.Shared.Messaging.Events;

namespace Skipper.Services.Serving.Tests;

/// <summary>Remembers what was announced, or refuses to.</summary>
internal sealed class FakeEventBus : IEventBus
{
    public ConcurrentQueue<object> Events { get; } = new();

    public bool IsAway { get; set; }

    public Task PublishAsync<TEvent>(TEvent message, CancellationToken cancellationToken)
        where TEvent : class
    {
        if (IsAway)
        {
            throw new TimeoutException("The broker is away.");
        }

        Events.Enqueue(message);
        return Task.CompletedTask;
    }
}
