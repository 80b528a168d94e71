using System.Collections.Concurrent;
using System.Globalization;
using Skipper.Shared.Messaging.Payloads;
using Skipper.Shared.Messaging.Transports;

namespace Skipper.Shared.Messaging.Streaming;

/// <summary>The calls that this worker handles now and whose callers follow them.</summary>
internal sealed class ReplyStreams(ITransport transport, ClaimCheck payloads, TimeProvider time)
{
    /// <summary>Correlation ids are the callers' own, so two callers may use the same.</summary>
    private readonly ConcurrentDictionary<(string Caller, string CorrelationId), ReplyStream> _open = new();

    /// <summary>The way back to a caller that follows; null where it asked for nothing but the reply.</summary>
    public ReplyStream? Open(Delivery delivery)
    {
        var message = delivery.Message;
        if (message is not { ReplyTo: { } caller, CorrelationId: { } correlationId, Headers: not null })
        {
            return null;
        }

        var (progress, parts) = (message.Accepts(Accepted.Progress), message.Accepts(Accepted.Parts));
        if (!progress && !parts)
        {
            return null;
        }

        return Open(delivery, (caller, correlationId), progress, parts);
    }

    /// <summary>A caller has taken parts. Called on the receiving loop.</summary>
    public void Taken(Message answer)
    {
        if (answer is { ReplyTo: { } caller, CorrelationId: { } correlationId }
            && _open.TryGetValue((caller, correlationId), out var stream)
            && long.TryParse(answer.Header(MessageHeaders.Part), CultureInfo.InvariantCulture, out var count))
        {
            stream.Taken(count);
        }
    }

    // A method of its own, so that only who needs it pays for what the lambda keeps.
    private ReplyStream Open(Delivery delivery, (string Caller, string CorrelationId) key, bool progress, bool parts)
    {
        var stream = new ReplyStream(
            delivery, transport, payloads, time, progress, parts, closed => _open.TryRemove(KeyValuePair.Create(key, closed)));
        _open[key] = stream;
        return stream;
    }
}
