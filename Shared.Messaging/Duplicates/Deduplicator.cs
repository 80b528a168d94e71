using System.Collections.Concurrent;
using System.Security.Cryptography;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Transports;

namespace Skipper.Shared.Messaging.Duplicates;

/// <summary>
/// Does a request that comes twice once: the second gets the first one's answer, also while the first is being worked on. Only answers
/// are remembered, not errors: a repetition after an error is a new attempt.
/// </summary>
internal sealed class Deduplicator(IAnswerMemory memory)
{
    private readonly ConcurrentDictionary<string, Task> _running = new(StringComparer.Ordinal);

    /// <summary>
    /// What names a request: the sender's idempotency key, else its message id, else the call that it is; null = nothing does.
    /// </summary>
    public static string? KeyOf(string queue, string taskType, Message message)
    {
        var name = message.Header(MessageHeaders.IdempotencyKey) ?? message.MessageId
            ?? (message.ReplyTo is not null && message.CorrelationId is not null ? $"{message.ReplyTo} {message.CorrelationId}" : null);
        return name is null ? null : $"{queue} {taskType} {name}";
    }

    /// <exception cref="MeshException"><see cref="ErrorCode.InvalidArgument"/>: the key was used for another body.</exception>
    public async Task<ReadOnlyMemory<byte>> OnceAsync(
        string key, ReadOnlyMemory<byte> body, Func<Task<ReadOnlyMemory<byte>>> work, CancellationToken cancellationToken)
    {
        var request = Convert.ToHexStringLower(SHA256.HashData(body.Span));
        while (true)
        {
            if (await memory.FindAsync(key, cancellationToken) is { } known)
            {
                return known.Request == request
                    ? known.Reply
                    : throw MeshException.InvalidArgument(
                        "The idempotency key (or message id) was used for another request. Use a new one for each request.");
            }

            var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var running = _running.GetOrAdd(key, mine.Task);
            if (running != mine.Task)
            {
                // Whether it answers or fails, the memory knows more afterwards.
                await running.WaitAsync(cancellationToken);
                continue;
            }

            try
            {
                var reply = await work();
                await memory.RememberAsync(key, new RememberedAnswer(request, reply), CancellationToken.None);
                return reply;
            }
            finally
            {
                _running.TryRemove(key, out _);
                mine.SetResult();
            }
        }
    }
}
