using System.Collections.Concurrent;
using Skipper.Shared.Messaging.Events;

namespace Skipper.Services.Serving.Tests;

/// <summary>Remembers what was published.</summary>
internal sealed class ListEventBus : IEventBus
{
    public ConcurrentQueue<object> Published { get; } = new();

    public Task PublishAsync<TEvent>(TEvent message, CancellationToken cancellationToken)
        where TEvent : class
    {
        Published.Enqueue(message);
        return Task.CompletedTask;
    }
}
