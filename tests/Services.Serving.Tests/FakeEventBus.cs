using Skipper.Services.Serving.Models;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Events;

namespace Skipper.Services.Serving.Tests;

/// <summary>Remembers what was published; a test hands it on to whom it likes.</summary>
internal sealed class FakeEventBus : IEventBus
{
    public List<object> Published { get; } = [];

    /// <summary>Whether it refuses everything.</summary>
    public bool IsAway { get; set; }

    public Task PublishAsync<TEvent>(TEvent message, CancellationToken cancellationToken)
        where TEvent : class
    {
        if (IsAway)
        {
            throw new TimeoutException("The broker is away.");
        }

        lock (Published)
        {
            Published.Add(message);
        }

        return Task.CompletedTask;
    }

    /// <summary>Hands on what was published about loading and unloading by request, in order, and forgets it.</summary>
    public async Task DeliverToAsync(ServingHost host, CancellationToken cancellationToken)
    {
        object[] messages;
        lock (Published)
        {
            messages = [.. Published];
            Published.Clear();
        }

        foreach (var message in messages)
        {
            await (message switch
            {
                ModelLoaded loaded => host.Get<ModelLoadedHandler>().HandleAsync(loaded, cancellationToken),
                ModelUnloaded unloaded => host.Get<ModelUnloadedHandler>().HandleAsync(unloaded, cancellationToken),
                _ => throw new InvalidOperationException($"Nobody follows {message.GetType().Name}."),
            });
        }
    }
}
