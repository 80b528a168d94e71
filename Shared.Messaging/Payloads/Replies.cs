using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Messaging.Transports;

namespace Skipper.Shared.Messaging.Payloads;

/// <summary>Makes the final reply to a request: inside the message, or as a reference where the caller takes one.</summary>
internal sealed class Replies(ClaimCheck payloads)
{
    private static readonly IReadOnlyDictionary<string, string> Ok = Headers(Statuses.Ok);
    private static readonly IReadOnlyDictionary<string, string> Error = Headers(Statuses.Error);
    private static readonly IReadOnlyDictionary<string, string> OkAccepting = Headers(Statuses.Ok, Accepted.ClaimCheck);
    private static readonly IReadOnlyDictionary<string, string> ErrorAccepting = Headers(Statuses.Error, Accepted.ClaimCheck);

    /// <summary>An answer.</summary>
    /// <exception cref="Errors.MeshException">It is too large to travel; that is what the caller should be told then.</exception>
    public ValueTask<Message> AnswerAsync(Delivery delivery, ReadOnlyMemory<byte> body)
    {
        var headers = TakesReferences(delivery.Message) ? OkAccepting : Ok;
        return payloads.IsLarge(body) && delivery.Message.ReplyTo is not null
            ? LargeAsync(delivery, body, headers)
            : new ValueTask<Message>(Reply(delivery, new Outgoing(body), headers));
    }

    /// <summary>An error; always inside the message.</summary>
    public Message Fail(Delivery delivery, ReadOnlyMemory<byte> body) =>
        Reply(delivery, new Outgoing(body), TakesReferences(delivery.Message) ? ErrorAccepting : Error);

    private async ValueTask<Message> LargeAsync(
        Delivery delivery, ReadOnlyMemory<byte> body, IReadOnlyDictionary<string, string> headers)
    {
        // Not cancelled: the work is done, and its result is worth a moment even while the process stops.
        var outgoing = await payloads.CheckInAsync(
            body,
            delivery.Message.Accepts(Accepted.ClaimCheck),
            delivery.Message.Deadline,
            $"the answer of {delivery.Queue}",
            CancellationToken.None);
        return Reply(delivery, outgoing, headers);
    }

    /// <summary>Said to those only who said it first, so that others get no header which they have no use for.</summary>
    private bool TakesReferences(Message request) => payloads.Accept is not null && request.Accepts(Accepted.ClaimCheck);

    private static Message Reply(Delivery delivery, Outgoing outgoing, IReadOnlyDictionary<string, string> headers) => new()
    {
        Body = outgoing.Body,
        CorrelationId = delivery.Message.CorrelationId,
        Headers = outgoing.Headers(headers),
    };

    private static Dictionary<string, string> Headers(string status, string? accepted = null)
    {
        var headers = new Dictionary<string, string> { [MessageHeaders.Status] = status };
        if (status == Statuses.Error)
        {
            headers[MessageHeaders.Version] = WireVersion.Current;
        }

        if (accepted is not null)
        {
            headers[MessageHeaders.Accept] = accepted;
        }

        return headers;
    }
}
