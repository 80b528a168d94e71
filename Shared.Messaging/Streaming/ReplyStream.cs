using System.Globalization;
using System.Text.Json;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Messaging.Payloads;
using Skipper.Shared.Messaging.Transports;

namespace Skipper.Shared.Messaging.Streaming;

/// <summary>
/// Replies before the final one: the newest progress, and parts in order, never more of them under way than the caller can hold.
/// After <see cref="DisposeAsync"/> nothing leaves any more, so the final reply is the last.
/// </summary>
internal sealed class ReplyStream(
    Delivery delivery,
    ITransport transport,
    ClaimCheck payloads,
    TimeProvider time,
    bool sendsProgress,
    bool sendsParts,
    Action<ReplyStream> forget)
    : IAsyncDisposable
{
    private static readonly TimeSpan ProgressPeriod = TimeSpan.FromMilliseconds(100);

    /// <summary>A caller without a deadline that takes no part for so long counts as gone.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly IReadOnlyDictionary<string, string> ProgressHeaders =
        new Dictionary<string, string> { [MessageHeaders.Status] = Statuses.Progress };

    private readonly SemaphoreSlim _order = new(1);
    private readonly SemaphoreSlim _sending = new(1);
    private readonly CancellationTokenSource _closed = new();
    private readonly Lock _lock = new();
    private readonly Queue<int> _untaken = new();
    private TaskCompletionSource? _room;
    private Progress? _newest;
    private int _reporting;
    private int _untakenBytes;
    private long _sent;
    private long _taken;

    public bool TakesParts => sendsParts;

    /// <summary>Sends progress soon, unless newer progress comes first; never blocks.</summary>
    public void Report(Progress progress)
    {
        if (!sendsProgress || _closed.IsCancellationRequested)
        {
            return;
        }

        Volatile.Write(ref _newest, progress);
        if (Interlocked.CompareExchange(ref _reporting, 1, 0) == 0)
        {
            _ = SendProgressAsync();
        }
    }

    /// <summary>Sends a part; waits while the caller has not taken enough of those before.</summary>
    public async Task SendPartAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closed.Token);
        await _order.WaitAsync(either.Token);
        try
        {
            var request = delivery.Message;
            var outgoing = await payloads.CheckInAsync(
                body, request.Accepts(Accepted.ClaimCheck), request.Deadline, $"a part of the answer of {delivery.Queue}", either.Token);
            await WaitForRoomAsync(outgoing.Body.Length, either.Token);
            var headers = new Dictionary<string, string>
            {
                [MessageHeaders.Status] = Statuses.Part,
                [MessageHeaders.Part] = _sent++.ToString(CultureInfo.InvariantCulture),
            };
            await SendAsync(outgoing.Body, outgoing.Headers(headers), transport.ReplyQueue);
        }
        finally
        {
            _order.Release();
        }
    }

    /// <summary>The caller has taken the first <paramref name="count"/> parts. Called on the receiving loop.</summary>
    public void Taken(long count)
    {
        lock (_lock)
        {
            for (; _taken < count && _untaken.TryDequeue(out var size); _taken++)
            {
                _untakenBytes -= size;
            }

            _room?.TrySetResult();
            _room = null;
        }
    }

    /// <summary>Completes when nothing is under way and nothing will follow.</summary>
    public async ValueTask DisposeAsync()
    {
        forget(this);
        await _closed.CancelAsync();
        await _sending.WaitAsync();
        _sending.Release();
    }

    private async Task SendProgressAsync()
    {
        do
        {
            while (Interlocked.Exchange(ref _newest, null) is { } progress)
            {
                await SendAsync(JsonSerializer.SerializeToUtf8Bytes(progress, MessageJson.Options), ProgressHeaders, replyTo: null);
                await Task.Delay(ProgressPeriod, time, _closed.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            Volatile.Write(ref _reporting, 0);
        }
        while (Volatile.Read(ref _newest) is not null && Interlocked.CompareExchange(ref _reporting, 1, 0) == 0);
    }

    private async Task SendAsync(ReadOnlyMemory<byte> body, IReadOnlyDictionary<string, string>? headers, string? replyTo)
    {
        await _sending.WaitAsync();
        try
        {
            if (!_closed.IsCancellationRequested)
            {
                await delivery.ReplyAsync(new Message
                {
                    Body = body,
                    CorrelationId = delivery.Message.CorrelationId,
                    ReplyTo = replyTo,
                    Headers = headers,
                });
            }
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task WaitForRoomAsync(int size, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task room;
            lock (_lock)
            {
                // Without the size of this part: one that is larger than all the room must not wait forever.
                if (_untaken.Count < StreamLimits.Parts && _untakenBytes < StreamLimits.Bytes)
                {
                    _untaken.Enqueue(size);
                    _untakenBytes += size;
                    return;
                }

                _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                room = _room.Task;
            }

            try
            {
                await room.WaitAsync(delivery.Message.Deadline is null ? Patience : Timeout.InfiniteTimeSpan, time, cancellationToken);
            }
            catch (TimeoutException exception)
            {
                throw MeshException.Unavailable(
                    $"The caller has taken none of the last {_untaken.Count} parts for {Patience.TotalSeconds:0} s.", exception);
            }
        }
    }
}
