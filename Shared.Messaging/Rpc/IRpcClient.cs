using System.Runtime.CompilerServices;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Shared.Messaging.Rpc;

/// <summary>
/// Synchronous calls to workers. Every call ends: with the answer, with the worker's error, or with
/// <see cref="Errors.ErrorCode.Unavailable"/> (no worker, connection lost), <see cref="Errors.ErrorCode.ResourceExhausted"/> (more
/// waits already than can be done in time) or <see cref="Errors.ErrorCode.DeadlineExceeded"/>. A call that is not made by a handler is
/// repeated after a retryable error if that can do no harm: its contract is idempotent, or it carries a key.
/// </summary>
public interface IRpcClient
{
    /// <summary>Calls the queue named by the request's <see cref="TaskTypeAttribute"/>.</summary>
    /// <param name="request">What to send; <c>task_type</c> is added.</param>
    /// <param name="options">How long to wait, and more.</param>
    /// <param name="cancellationToken">Stops waiting, and tells the worker so.</param>
    /// <exception cref="Errors.MeshException">The worker's error, or why there is no answer.</exception>
    Task<TReply> CallAsync<TReply>(
        IRequest<TReply> request, CallOptions options = default, CancellationToken cancellationToken = default);

    /// <summary>Sends bytes as they are and returns the answer's bytes.</summary>
    /// <param name="queue">The queue to call.</param>
    /// <param name="body">UTF-8 JSON; may be reused after the call returned.</param>
    /// <param name="options">How long to wait, and more.</param>
    /// <param name="cancellationToken">Stops waiting, and tells the worker so.</param>
    /// <exception cref="Errors.MeshException">The worker's error, or why there is no answer.</exception>
    Task<ReadOnlyMemory<byte>> CallAsync(
        string queue, ReadOnlyMemory<byte> body, CallOptions options = default, CancellationToken cancellationToken = default);

    /// <summary>
    /// A call that is followed: progress and parts as the handler gives them, then the reply. Leaving the loop early cancels the call.
    /// </summary>
    /// <param name="queue">The queue to call.</param>
    /// <param name="body">UTF-8 JSON; may be reused after the loop ended.</param>
    /// <param name="timeout">How long all of it may take; absent = <see cref="Hosting.MessagingOptions.Timeout"/>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="Errors.MeshException">The worker's error, or why there is no answer.</exception>
    IAsyncEnumerable<CallUpdate> FollowAsync(
        string queue, ReadOnlyMemory<byte> body, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        FollowNothingAsync(queue, body, timeout, cancellationToken);

    // A client that knows calls only brings what every call has: the reply.
    private async IAsyncEnumerable<CallUpdate> FollowNothingAsync(
        string queue, ReadOnlyMemory<byte> body, TimeSpan? timeout, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return new CallUpdate.Replied(new RawJson(await CallAsync(queue, body, timeout, cancellationToken)));
    }
}
