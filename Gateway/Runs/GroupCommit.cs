using System.Collections.Concurrent;
using System.Data.Common;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Gateway.Runs;

/// <summary>
/// Small writes that come at the same time share a transaction: one commit, and one statement where one would be made for each.
/// Who comes alone is written at once.
/// </summary>
/// <param name="database">Where they are written.</param>
/// <param name="gathers">
/// Whether the next group grows for a while after one of several: a commit costs more than what is in it. Not where whoever waits sends
/// nothing more until it is answered.
/// </param>
/// <param name="write">Writes items and returns what became of each, in their order.</param>
internal sealed class GroupCommit<TItem, TResult>(
    Database database, bool gathers, Func<DbTransaction, IReadOnlyList<TItem>, CancellationToken, Task<IReadOnlyList<TResult>>> write)
{
    private const int LargestGroup = 256;

    private readonly ConcurrentQueue<Entry> _waiting = new();
    private int _isWriting;

    /// <summary>Written and committed when this returns. A token only ends the wait: the item may be written all the same.</summary>
    public Task<TResult> WriteAsync(TItem item, CancellationToken cancellationToken)
    {
        var entry = new Entry(item);
        _waiting.Enqueue(entry);
        if (Interlocked.Exchange(ref _isWriting, 1) == 0)
        {
            // Not in the flow of whoever came first: it writes for all.
            using (ExecutionContext.SuppressFlow())
            {
                _ = Task.Run(WriteAllAsync, CancellationToken.None);
            }
        }

        return entry.Written.Task.WaitAsync(cancellationToken);
    }

    private async Task WriteAllAsync()
    {
        do
        {
            while (Take() is { Count: > 0 } group)
            {
                await WriteGroupAsync(group);
                if (gathers && _waiting.Count < LargestGroup)
                {
                    // Of the system, because the clock of the runs may stand still in a test.
                    await Task.Delay(Gathering.After(group.Count), TimeProvider.System);
                }
            }

            // A full fence: whoever comes now is seen below, or sees this.
            Interlocked.Exchange(ref _isWriting, 0);
        }
        while (!_waiting.IsEmpty && Interlocked.Exchange(ref _isWriting, 1) == 0);
    }

    private List<Entry> Take()
    {
        var group = new List<Entry>();
        while (group.Count < LargestGroup && _waiting.TryDequeue(out var entry))
        {
            group.Add(entry);
        }

        return group;
    }

    private async Task WriteGroupAsync(IReadOnlyList<Entry> group)
    {
        try
        {
            var results = await database.WriteAsync(
                transaction => write(transaction, [.. group.Select(entry => entry.Item)], CancellationToken.None), CancellationToken.None);
            for (var i = 0; i < group.Count; i++)
            {
                group[i].Written.TrySetResult(results[i]);
            }
        }
        catch (Exception) when (group.Count > 1)
        {
            // One of them may be what the database refuses: the others must not suffer for it.
            foreach (var entry in group)
            {
                await WriteGroupAsync([entry]);
            }
        }
        catch (Exception exception)
        {
            group[0].Written.TrySetException(exception);
        }
    }

    private sealed record Entry(TItem Item)
    {
        public TaskCompletionSource<TResult> Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
