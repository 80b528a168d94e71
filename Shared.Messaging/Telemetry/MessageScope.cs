using System.Collections;
using Skipper.Shared.Messaging.Transports;

namespace Skipper.Shared.Messaging.Telemetry;

/// <summary>Log scope of a message being handled: whatever the handler logs can be found by the message's ids.</summary>
internal sealed class MessageScope(Delivery delivery) : IReadOnlyList<KeyValuePair<string, object?>>
{
    private readonly string? _runId = delivery.Message.Header(MessageHeaders.Run);

    public int Count => _runId is null ? 2 : 3;

    public KeyValuePair<string, object?> this[int index] => index switch
    {
        0 => new("Queue", delivery.Queue),
        1 => new("CorrelationId", delivery.Message.CorrelationId),
        2 when _runId is not null => new("RunId", _runId),
        _ => throw new ArgumentOutOfRangeException(nameof(index)),
    };

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
        {
            yield return this[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => string.Join(' ', this.Select(pair => $"{pair.Key}:{pair.Value}"));
}
