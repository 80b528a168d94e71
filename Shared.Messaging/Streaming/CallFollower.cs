using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Messaging.Payloads;
using Skipper.Shared.Messaging.Rpc;
using Skipper.Shared.Messaging.Transports;

namespace Skipper.Shared.Messaging.Streaming;

/// <summary>
/// What came before the reply of one call and was not read yet: the newest progress, and at most as many parts as a worker may send ahead.
/// </summary>
internal sealed class CallFollower(ITransport transport, ClaimCheck payloads, string queue)
{
    /// <summary>Null stands for the progress, of which only the newest is kept.</summary>
    private readonly Channel<Message?> _updates = Channel.CreateBounded<Message?>(
        new BoundedChannelOptions(StreamLimits.Parts + 1) { SingleReader = true });

    private Message? _progress;
    private long _received;
    private long _taken;
    private long _answered;
    private int _bytes;

    /// <summary>Takes one update; called on the receiving loop, one at a time. An error that is not null ends the call.</summary>
    public MeshException? Receive(Message update)
    {
        if (update.Header(MessageHeaders.Status) == Statuses.Progress)
        {
            if (Interlocked.Exchange(ref _progress, update) is null)
            {
                _updates.Writer.TryWrite(null);
            }

            return null;
        }

        if (update.Header(MessageHeaders.Part) != _received.ToString(CultureInfo.InvariantCulture))
        {
            // Parts cannot be taken back: a repeated stream must not look like one that went on.
            return MeshException.Unavailable(
                $"The worker of {queue} was lost after {_received} parts, and another one began anew.");
        }

        _received++;
        return _updates.Writer.TryWrite(update) ? null : new MeshException(
            ErrorCode.ResourceExhausted,
            $"The worker of {queue} sent more than {StreamLimits.Parts} parts that were not taken yet. It must wait for status '{Statuses.Taken}'.");
    }

    /// <summary>Nothing will follow. Whoever waits for the call itself learns how it ended.</summary>
    public void Complete() => _updates.Writer.TryComplete();

    /// <summary>All updates up to <see cref="Complete"/>. A part counts as taken when the next one is asked for.</summary>
    public async IAsyncEnumerable<CallUpdate> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var update in _updates.Reader.ReadAllAsync(cancellationToken))
        {
            if (update is not null)
            {
                yield return new CallUpdate.Part(new RawJson((await payloads.OpenAsync(update, cancellationToken)).Body));
                await TakenAsync(update, cancellationToken);
            }
            else if (Interlocked.Exchange(ref _progress, null) is { } message && Parse(message) is { } progress)
            {
                yield return new CallUpdate.Reported(progress);
            }
        }
    }

    private async ValueTask TakenAsync(Message part, CancellationToken cancellationToken)
    {
        _taken++;
        _bytes += part.Body.Length;
        if (part.ReplyTo is not { } worker
            || (_taken - _answered < StreamLimits.PartsPerAnswer && _bytes < StreamLimits.BytesPerAnswer))
        {
            return;
        }

        (_answered, _bytes) = (_taken, 0);
        await transport.SendAsync(
            worker,
            new Message
            {
                Body = "{}"u8.ToArray(),
                CorrelationId = part.CorrelationId,
                ReplyTo = transport.ReplyQueue,
                Headers = new Dictionary<string, string>
                {
                    [MessageHeaders.Status] = Statuses.Taken,
                    [MessageHeaders.Part] = _taken.ToString(CultureInfo.InvariantCulture),
                },
            },
            cancellationToken);
    }

    /// <summary>Progress is a courtesy: what cannot be read is not worth ending a call that may succeed.</summary>
    private static Progress? Parse(Message message)
    {
        try
        {
            return JsonSerializer.Deserialize<Progress>(message.Body.Span, MessageJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
