using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Events;

namespace Skipper.Services.Training.Tests;

/// <summary>Remembers what was published, or refuses to.</summary>
internal sealed class FakeEventBus : IEventBus
{
    public bool IsAway { get; set; }

    public List<ModelVersion> Published { get; } = [];

    public List<ModelAliasChanged> Moved { get; } = [];

    public Task PublishAsync<TEvent>(TEvent message, CancellationToken cancellationToken)
        where TEvent : class
    {
        if (IsAway)
        {
            throw new TimeoutException("no broker");
        }

        if (message is ModelPublished published)
        {
            Published.Add(published.Model);
        }
        else
        {
            Moved.Add(Assert.IsType<ModelAliasChanged>(message));
        }

        return Task.CompletedTask;
    }
}
