using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Telemetry;
using Skipper.Shared.Messaging.Transports;

namespace Skipper.Shared.Messaging.DeadLetters;

/// <summary>What is in <see cref="Queues.Dead"/>: to look at, to send once more, to remove.</summary>
public sealed class DeadLetterQueue(ITransport transport, TimeProvider time)
{
    /// <summary>The most that <see cref="ListAsync"/> returns.</summary>
    public const int ListLimit = 100;

    // Whoever looks for one letter holds all letters before it.
    private const int SearchLimit = 10_000;
    private const int BodyBytes = 256;

    /// <summary>The oldest dead letters, which stay where they are.</summary>
    public async Task<IReadOnlyList<DeadLetter>> ListAsync(int limit, CancellationToken cancellationToken)
    {
        var letters = new List<DeadLetter>();
        await transport.BrowseAsync(
            Queues.Dead,
            Math.Min(limit, ListLimit),
            message =>
            {
                letters.Add(Describe(message));
                return Task.FromResult(BrowseStep.Next);
            },
            cancellationToken);
        return letters;
    }

    /// <summary>
    /// Sends a dead letter to the queue it came from, and removes it when the broker has confirmed that. Should the process die in
    /// between, it is sent again by the next replay, with the same idempotency key.
    /// </summary>
    /// <exception cref="MeshException"><see cref="ErrorCode.NotFound"/>: it was replayed or removed before.</exception>
    public Task<DeadLetter> ReplayAsync(string id, CancellationToken cancellationToken) => TakeAsync(
        id,
        async (message, letter) =>
        {
            var queue = letter.Queue ?? throw MeshException.FailedPrecondition(
                $"Dead letter {id} does not say which queue it came from ({MessageHeaders.DeadQueue}), so it can only be deleted.");
            await transport.SendConfirmedAsync(queue, Revive(message, id), cancellationToken);
        },
        cancellationToken);

    /// <summary>Removes a dead letter for good.</summary>
    /// <exception cref="MeshException"><see cref="ErrorCode.NotFound"/>: it was replayed or removed before.</exception>
    public Task<DeadLetter> DeleteAsync(string id, CancellationToken cancellationToken) =>
        TakeAsync(id, (_, _) => Task.CompletedTask, cancellationToken);

    /// <summary>Puts a message here, safely: when this returns, the original may be acknowledged.</summary>
    internal async Task BuryAsync(string queue, Message message, MeshException error)
    {
        var buried = message.WithHeaders(
            (MessageHeaders.DeadId, Guid.CreateVersion7(time.GetUtcNow()).ToString("N")),
            (MessageHeaders.DeadSince, time.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)),
            (MessageHeaders.DeadQueue, queue),
            (MessageHeaders.DeadReason, $"{error.Code.ToWire()}: {error.Message}"));
        await transport.SendConfirmedAsync(
            Queues.Dead, buried with { Persistent = true, Expiration = null }, CancellationToken.None);
        MessagingTelemetry.Buried(queue, error.Code);
    }

    private async Task<DeadLetter> TakeAsync(string id, Func<Message, DeadLetter, Task> take, CancellationToken cancellationToken)
    {
        DeadLetter? taken = null;
        await transport.BrowseAsync(
            Queues.Dead,
            SearchLimit,
            async message =>
            {
                if (IdOf(message) != id)
                {
                    return BrowseStep.Next;
                }

                var letter = Describe(message);
                await take(message, letter);
                taken = letter;
                return BrowseStep.Remove;
            },
            cancellationToken);
        return taken ?? throw MeshException.NotFound(
            $"There is no dead letter {id} among the oldest {SearchLimit}: it was replayed or deleted before.");
    }

    /// <summary>The message as it was sent, but nobody waits for its reply any more and it does not expire.</summary>
    private static Message Revive(Message message, string id) => message.WithHeaders(
        (MessageHeaders.DeadId, null),
        (MessageHeaders.DeadSince, null),
        (MessageHeaders.DeadQueue, null),
        (MessageHeaders.DeadReason, null),
        (MessageHeaders.Losses, null),
        (MessageHeaders.IdempotencyKey, message.Header(MessageHeaders.IdempotencyKey) ?? message.MessageId ?? id)) with
    {
        ReplyTo = null,
        Expiration = null,
        SentAt = null,
    };

    private DeadLetter Describe(Message message)
    {
        DateTimeOffset? since = long.TryParse(
            message.Header(MessageHeaders.DeadSince), NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
            : null;
        return new DeadLetter
        {
            Id = IdOf(message),
            Queue = message.Header(MessageHeaders.DeadQueue),
            Reason = message.Header(MessageHeaders.DeadReason),
            CorrelationId = message.CorrelationId,
            DeadSince = since,
            AgeSeconds = (time.GetUtcNow() - since)?.TotalSeconds,
            Size = message.Body.Length,
            Body = Encoding.UTF8.GetString(message.Body.Span[..Math.Min(message.Body.Length, BodyBytes)]),
        };
    }

    /// <summary>Letters that others put there have no name; what they say names them.</summary>
    private static string IdOf(Message message) =>
        message.Header(MessageHeaders.DeadId) ?? Convert.ToHexStringLower(SHA256.HashData(
            [.. Encoding.UTF8.GetBytes(message.CorrelationId ?? ""), 0, .. message.Body.Span]))[..32];
}
