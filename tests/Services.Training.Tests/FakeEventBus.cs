using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Events;

namespace Skipper.Services.Training.Tests;

/// <summary>Remembers what was published, or refuses to.</summary>
internal sealed class FakeEventBus : IEventBus
{
    public bool IsAway { get; set; }

    public List<ModelVersion> Published { get; } = [];

    public Task PublishAsync<TEvent>(TEvent message, CancellationToken cancellationToken)
        where TEvent : class
    {
        if (IsAway)
        {
            throw new TimeoutException("no broker");
        }

        Published.Add(Assert.IsType<ModelPublished>(message).Model);
        return Task.CompletedTask;
    }
}
