namespace Skipper.Shared.Messaging.Transports;

/// <summary>A queue being consumed. Disposing it gives every unacknowledged delivery back.</summary>
public interface ISubscription : IAsyncDisposable
{
    /// <summary>Takes no more deliveries; those in hand can still be answered and acknowledged.</summary>
    Task StopAsync(CancellationToken cancellationToken);
}
