using Skipper.Shared.Messaging.Errors;

namespace Skipper.Shared.Messaging.Transports.RabbitMq;

/// <summary>
/// The link's proof of life: a message to its own reply queue every second. A peer that is gone without a word (a pulled cable, a
/// frozen proxy) shows in nothing else for half a minute, and a reply consumer that the broker forgot shows in nothing else at all.
/// </summary>
internal sealed partial class BrokerLink
{
    private const string CanaryId = "canary";

    // Counted in unanswered messages, not in time: a process that slept or starved is not taken for a dead broker.
    private const int MostUnanswered = 5;

    private static readonly TimeSpan CanaryPeriod = TimeSpan.FromSeconds(1);
    private static readonly Message Canary = new() { Body = default, CorrelationId = CanaryId, Expiration = TimeSpan.FromSeconds(10) };

    private ITimer? _canary;
    private int _unanswered;

    private void StartCanary() =>
        _canary = _owner.Time.CreateTimer(static link => _ = ((BrokerLink)link!).SendCanaryAsync(), this, CanaryPeriod, CanaryPeriod);

    private bool IsCanary(string? correlationId)
    {
        if (correlationId != CanaryId)
        {
            return false;
        }

        Volatile.Write(ref _unanswered, 0);
        return true;
    }

    private async Task SendCanaryAsync()
    {
        if (Blocked is not null)
        {
            // The broker reads nothing now, and says so: that is not the silence of a dead one.
            Volatile.Write(ref _unanswered, 0);
            return;
        }

        if (Interlocked.Increment(ref _unanswered) > MostUnanswered)
        {
            MarkLost($"nothing came back for {MostUnanswered * CanaryPeriod.TotalSeconds:0} s");
            return;
        }

        try
        {
            await SendAsync(ReplyQueue, Canary);
        }
        catch (MeshException)
        {
            // The link is marked as lost already, or will be when nothing comes back.
        }
    }
}
