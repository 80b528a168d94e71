using System.Runtime.CompilerServices;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Messaging.Payloads;
using Skipper.Shared.Messaging.Streaming;
using Skipper.Shared.Messaging.Transports;

namespace Skipper.Shared.Messaging.Rpc;

/// <summary>What a call may do beyond one small message each way: follow the work, and send or get a large body.</summary>
internal sealed partial class RpcClient
{
    private const string Updates = $"{Accepted.Progress},{Accepted.Parts}";

    private static readonly IReadOnlyDictionary<string, string> AcceptReferences = Accepting(Accepted.ClaimCheck);

    public async IAsyncEnumerable<CallUpdate> FollowAsync(
        string queue,
        ReadOnlyMemory<byte> body,
        TimeSpan? timeout = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var left = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var follower = new CallFollower(_transport, _payloads, queue);
        var call = CallAsync(queue, body, timeout, isRepeatable: false, follower, left.Token).AsTask();
        var ended = call.ContinueWith(
            task =>
            {
                // Looked at here, because a caller that left the loop does not ask how the call ended.
                _ = task.Exception;
                follower.Complete();
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        try
        {
            await foreach (var update in follower.ReadAsync(cancellationToken))
            {
                yield return update;
            }

            yield return new CallUpdate.Replied(new RawJson(await call));
        }
        finally
        {
            await left.CancelAsync();
            await ended;
        }
    }

    /// <summary>Only a process with a payload store announces references, and only a followed call asks for more than the reply.</summary>
    private IReadOnlyDictionary<string, string>? Announced(IReadOnlyDictionary<string, string>? others, bool isFollowed)
    {
        if (!isFollowed)
        {
            return _payloads.Accept is null ? others
                : others is null ? AcceptReferences
                : new Dictionary<string, string>(others) { [MessageHeaders.Accept] = Accepted.ClaimCheck };
        }

        return new Dictionary<string, string>(others ?? MessageHeaders.None)
        {
            [MessageHeaders.Accept] = _payloads.Accept is null ? Updates : $"{Updates},{Accepted.ClaimCheck}",
        };
    }

    /// <summary>The reply with its whole body, in what is left of the time.</summary>
    private async Task<Message> OpenAsync(Message reply, PendingCall call, CancellationToken cancellationToken)
    {
        var remaining = _time.GetElapsedTime(_time.GetTimestamp(), call.Deadline);
        try
        {
            return await _payloads.OpenAsync(reply, cancellationToken).AsTask()
                .WaitAsync(remaining > TimeSpan.Zero ? remaining : TimeSpan.Zero, _time, cancellationToken);
        }
        catch (TimeoutException exception)
        {
            throw new MeshException(
                ErrorCode.DeadlineExceeded, $"The reply of {call.Queue} could not be read from the payload store before the deadline.", exception);
        }
    }

    private async Task<Message> ExchangeLargeAsync(Call call, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var queue = call.Queue;
        var started = _time.GetTimestamp();
        var deadline = _time.GetUtcNow() + timeout;
        var outgoing = await CheckInAsync(_payloads.AreReferencesTakenBy(queue));
        var reply = await ExchangeAsync(call, outgoing, Remaining(), cancellationToken);
        if (!outgoing.IsReference || reply.Accepts(Accepted.ClaimCheck))
        {
            return reply;
        }

        // Another kind of worker has joined the queue, and answered a question that it could not read: it is asked once more, in full.
        return await ExchangeAsync(
            call, await CheckInAsync(peerTakesReferences: false), Remaining(), cancellationToken);

        async Task<Outgoing> CheckInAsync(bool peerTakesReferences)
        {
            try
            {
                return await _payloads.CheckInAsync(call.Body, peerTakesReferences, deadline, $"the request to {queue}", cancellationToken)
                    .AsTask().WaitAsync(Remaining(), _time, cancellationToken);
            }
            catch (TimeoutException exception)
            {
                throw new MeshException(
                    ErrorCode.DeadlineExceeded, "The deadline passed before the body was in the payload store.", exception);
            }
        }

        TimeSpan Remaining() => timeout - _time.GetElapsedTime(started) is var remaining && remaining > TimeSpan.Zero
            ? remaining
            : throw TooLate();
    }

    private static Dictionary<string, string> Accepting(string words) => new() { [MessageHeaders.Accept] = words };
}
