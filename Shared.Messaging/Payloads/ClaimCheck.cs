using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Messaging.Transports;

namespace Skipper.Shared.Messaging.Payloads;

/// <summary>
/// Keeps large bodies off the broker: a body above the threshold goes to the payload store and the message carries its digest.
/// Only a peer that said so gets a reference; any other gets the body inside the message, up to a limit.
/// </summary>
internal sealed partial class ClaimCheck(
    IOptions<PayloadOptions> options, TimeProvider time, ILogger<ClaimCheck> logger, IPayloadStore? store = null)
    : IClaimCheck
{
    /// <summary>After this a store counts as unreachable: nothing behind it may hold a message forever.</summary>
    private static readonly TimeSpan StoreTimeout = TimeSpan.FromSeconds(60);

    /// <summary>A receiver that read its message in time may still be busy opening the body, on a clock of its own.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, bool> _takers = new();
    private readonly PayloadOptions _options = options.Value;

    public string? Accept { get; } = store is null ? null : Accepted.ClaimCheck;

    /// <summary>Whether the last reply from a queue came from a worker that takes references.</summary>
    public bool AreReferencesTakenBy(string queue) => _takers.ContainsKey(queue);

    /// <summary>Remembers what a worker announced in its reply; the last word counts, since workers come and go.</summary>
    public void Learn(string queue, Message reply)
    {
        if (store is null)
        {
            return;
        }

        if (!reply.Accepts(Accepted.ClaimCheck))
        {
            _takers.TryRemove(queue, out _);
        }
        else if (!_takers.ContainsKey(queue))
        {
            _takers[queue] = true;
        }
    }

    public bool IsLarge(ReadOnlyMemory<byte> body) => body.Length > _options.ThresholdBytes;

    /// <summary>Decides how a body travels, and stores it if it goes as a reference.</summary>
    /// <param name="body">The body.</param>
    /// <param name="peerTakesReferences">Whether the receiver has said so.</param>
    /// <param name="deadline">When nobody will want it any more; absent = kept for the configured retention.</param>
    /// <param name="what">Such as <c>the request to skipper_data</c>, for error texts.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="MeshException"><see cref="ErrorCode.ResourceExhausted"/>, not retryable: it is too large to travel.</exception>
    public async ValueTask<Outgoing> CheckInAsync(
        ReadOnlyMemory<byte> body, bool peerTakesReferences, DateTimeOffset? deadline, string what, CancellationToken cancellationToken)
    {
        if (!IsLarge(body))
        {
            return new Outgoing(body);
        }

        if (store is null || !peerTakesReferences)
        {
            return body.Length <= _options.InlineLimitBytes ? new Outgoing(body) : throw TooLarge(
                body.Length,
                _options.InlineLimitBytes,
                what,
                store is null ? "this process has no payload store" : "its receiver has not said that it takes references");
        }

        if (body.Length > _options.LimitBytes)
        {
            throw TooLarge(body.Length, _options.LimitBytes, what, "larger ones are not taken as references either");
        }

        var expires = (deadline ?? time.GetUtcNow() + TimeSpan.FromHours(_options.RetentionHours)) + Grace;
        try
        {
            return await StoreAsync(body, expires, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The store may be anything, and so may what it throws. A body that fits goes the other way.
            if (body.Length > _options.InlineLimitBytes)
            {
                throw MeshException.Unavailable(
                    $"The payload store cannot be reached now, and {what} of {body.Length} bytes does not fit into a message.", exception);
            }

            LogNotStored(body.Length, what, exception);
            return new Outgoing(body);
        }
    }

    public ValueTask<Message> OpenAsync(Message message, CancellationToken cancellationToken) =>
        message.Header(MessageHeaders.ClaimCheck) is { } digest
            ? new ValueTask<Message>(ReadAsync(message, digest, cancellationToken))
            : new ValueTask<Message>(message);

    private async Task<Outgoing> StoreAsync(ReadOnlyMemory<byte> body, DateTimeOffset expires, CancellationToken cancellationToken)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(body.Span));
        using var patience = new CancellationTokenSource(StoreTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        await store!.PutAsync(digest, body, expires, either.Token).WaitAsync(either.Token);
        return new Outgoing(StandIn(digest, body.Length), digest, body.Length);
    }

    private async Task<Message> ReadAsync(Message message, string digest, CancellationToken cancellationToken)
    {
        if (store is null)
        {
            throw MeshException.FailedPrecondition(
                $"The body {digest} is in a payload store that this process does not have. Configure it, or send the body inside the message.");
        }

        if (!int.TryParse(message.Header(MessageHeaders.ClaimSize), CultureInfo.InvariantCulture, out var size)
            || size < 0
            || size > _options.LimitBytes
            || digest.Length != SHA256.HashSizeInBytes * 2
            || !digest.All(char.IsAsciiHexDigitLower))
        {
            throw MeshException.InvalidArgument(
                $"A reference is 64 lower case hex digits and a size of at most {_options.LimitBytes} bytes, "
                + $"was '{digest}' and '{message.Header(MessageHeaders.ClaimSize)}'.");
        }

        ReadOnlyMemory<byte>? found;
        try
        {
            using var patience = new CancellationTokenSource(StoreTimeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
            found = await FetchAsync(digest, size, either.Token).WaitAsync(either.Token);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The store may be anything, and so may what it throws; to the caller it is a store that does not answer.
            LogNotRead(digest, size, exception);
            throw MeshException.Unavailable($"The payload store did not give out the body {digest}.", exception);
        }

        if (found is not { } body)
        {
            throw new MeshException(
                ErrorCode.Internal,
                $"The body {digest} of {size} bytes is not in the payload store: it has expired, or sender and receiver do not share one store.");
        }

        return Convert.ToHexStringLower(SHA256.HashData(body.Span)) == digest
            ? message with { Body = body, Headers = WithoutReference(message.Headers!) }
            : throw new MeshException(ErrorCode.Internal, $"The body {digest} of {size} bytes is damaged in the payload store. Send it again.");
    }

    /// <summary>Null where it is not there. A body of another size comes back with a wrong digest, like any damage.</summary>
    private async Task<ReadOnlyMemory<byte>?> FetchAsync(string digest, int size, CancellationToken cancellationToken)
    {
        await using var stream = await store!.OpenAsync(digest, cancellationToken);
        if (stream is null)
        {
            return null;
        }

        try
        {
            // One more than expected, to notice what is longer; read to the end, for stores that check there.
            var buffer = GC.AllocateUninitializedArray<byte>(size + 1);
            var read = await stream.ReadAtLeastAsync(buffer, size + 1, throwOnEndOfStream: false, cancellationToken);
            return buffer.AsMemory(0, read);
        }
        catch (InvalidDataException)
        {
            // The store has noticed the damage itself.
            return ReadOnlyMemory<byte>.Empty;
        }
    }

    private static Dictionary<string, string> WithoutReference(IReadOnlyDictionary<string, string> headers)
    {
        var others = new Dictionary<string, string>(headers);
        others.Remove(MessageHeaders.ClaimCheck);
        others.Remove(MessageHeaders.ClaimSize);
        return others;
    }

    /// <summary>What a peer sees that does not know references: an error that says what to do.</summary>
    private static byte[] StandIn(string digest, int size) => JsonSerializer.SerializeToUtf8Bytes(
        new ErrorReply
        {
            Error = $"The body of {size} bytes is kept beside the broker: this message refers to it in the header {MessageHeaders.ClaimCheck}.",
            Code = ErrorCode.FailedPrecondition.ToWire(),
            Retryable = false,
            Details = JsonSerializer.SerializeToElement(new { claim_check = digest, size }),
        },
        MessageJson.Options);

    private static MeshException TooLarge(int size, int limit, string what, string why) => new(
        ErrorCode.ResourceExhausted,
        $"{char.ToUpperInvariant(what[0])}{what[1..]} has {size} bytes, more than the limit of {limit} bytes for a message, and {why}. "
        + "Send less, or pass the data as an artifact.")
    {
        Retryable = false,
        Details = JsonSerializer.SerializeToElement(new { size, limit }),
    };
}
