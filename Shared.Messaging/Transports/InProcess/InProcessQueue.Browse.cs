namespace Skipper.Shared.Messaging.Transports.InProcess;

internal sealed partial class InProcessQueue
{
    private Task _browsing = Task.CompletedTask;

    public async Task BrowseAsync(int limit, Func<Message, Task<BrowseStep>> visit, CancellationToken cancellationToken)
    {
        var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var before = Interlocked.Exchange(ref _browsing, mine.Task);
        try
        {
            // Never cancelled: whoever waits behind this one must not pass the one in front.
            await before;
            foreach (var waiting in Snapshot(limit))
            {
                cancellationToken.ThrowIfCancellationRequested();
                switch (await visit(waiting.Message))
                {
                    case BrowseStep.Stop:
                        return;
                    case BrowseStep.Remove:
                        Remove(waiting);
                        return;
                }
            }
        }
        finally
        {
            mine.SetResult();
        }
    }

    private List<Waiting> Snapshot(int limit)
    {
        lock (_lock)
        {
            return [.. _ready.Take(limit)];
        }
    }

    private void Remove(Waiting waiting)
    {
        lock (_lock)
        {
            for (var node = _ready.First; node is not null; node = node.Next)
            {
                // By identity: two messages may say the same.
                if (ReferenceEquals(node.Value, waiting))
                {
                    _ready.Remove(node);
                    return;
                }
            }
        }
    }
}
