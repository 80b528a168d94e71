using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Skipper.Shared.Messaging.Events;
using Skipper.Shared.Messaging.Hosting;
using Skipper.Testing;

namespace Skipper.Shared.Messaging.Tests.Events;

/// <summary>What the event bus promises, over every transport.</summary>
public abstract class EventBusContract
{
    private protected abstract Task<MessagingProcess> StartAsync(Action<MessagingBuilder> register);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_event_reaches_every_subscriber()
    {
        await using var process = await StartAsync(messaging => messaging
            .Subscribe<SomethingHappened, FirstHandler>()
            .Subscribe<SomethingHappened, SecondHandler>());
        var id = Guid.NewGuid();

        // The bus may still be binding its queue, so the event is published until it arrives: events are hints.
        await Eventually.TrueAsync(
            async () =>
            {
                await process.Services.GetRequiredService<IEventBus>().PublishAsync(new SomethingHappened { Id = id }, Token);
                return FirstHandler.Seen.ContainsKey(id) && SecondHandler.Seen.ContainsKey(id);
            },
            "both handlers see the event",
            Token);
    }

    private sealed class FirstHandler : IEventHandler<SomethingHappened>
    {
        public static readonly ConcurrentDictionary<Guid, bool> Seen = new();

        public Task HandleAsync(SomethingHappened message, CancellationToken cancellationToken)
        {
            Seen[message.Id] = true;
            return Task.CompletedTask;
        }
    }

    private sealed class SecondHandler : IEventHandler<SomethingHappened>
    {
        public static readonly ConcurrentDictionary<Guid, bool> Seen = new();

        public Task HandleAsync(SomethingHappened message, CancellationToken cancellationToken)
        {
            Seen[message.Id] = true;
            return Task.CompletedTask;
        }
    }
}

public sealed record SomethingHappened
{
    public required Guid Id { get; init; }
}
