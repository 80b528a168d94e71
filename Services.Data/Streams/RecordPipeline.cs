using System.Threading.Channels;

namespace Skipper.Services.Data.Streams;

/// <summary>
/// Reads, transforms and writes records at once, with bounded memory: a few batches are on their way, in the order in which they were
/// read, and the reader waits for the slowest of them.
/// </summary>
internal sealed class RecordPipeline(IRecordSource source, IReadOnlyList<IRecordTransform> transforms)
{
    public required int BatchSize { get; init; }

    public required int Parallelism { get; init; }

    /// <summary>How many records there are; null where nobody knows.</summary>
    public long? Count => source.Count;

    /// <summary>Gives what became of the records behind a position, batch by batch in their order.</summary>
    public async Task RunAsync(
        long position, Func<IReadOnlyList<StreamRecord>, Task> write, CancellationToken cancellationToken)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var batches = Channel.CreateBounded<Task<List<StreamRecord>>>(
            new BoundedChannelOptions(Parallelism) { SingleReader = true, SingleWriter = true });
        var reading = Task.Run(() => ReadAsync(position, batches.Writer, stopping.Token), CancellationToken.None);
        try
        {
            await foreach (var batch in batches.Reader.ReadAllAsync(cancellationToken))
            {
                await write(await batch);
            }
        }
        finally
        {
            await stopping.CancelAsync();
            await Task.WhenAny(reading);
            while (batches.Reader.TryRead(out var abandoned))
            {
                await Task.WhenAny(abandoned);
            }
        }
    }

    private async Task ReadAsync(
        long position, ChannelWriter<Task<List<StreamRecord>>> batches, CancellationToken cancellationToken)
    {
        try
        {
            var batch = new List<StreamRecord>(BatchSize);
            await foreach (var record in source.ReadAsync(position, cancellationToken))
            {
                batch.Add(record);
                if (batch.Count == BatchSize)
                {
                    await SendAsync(batch);
                    batch = new List<StreamRecord>(BatchSize);
                }
            }

            if (batch.Count > 0)
            {
                await SendAsync(batch);
            }

            batches.Complete();
        }
        catch (Exception exception) // It is the reader of the channel that fails with it.
        {
            batches.Complete(exception);
        }

        // Waits for room before the work begins, so that no more than the channel holds is begun.
        async Task SendAsync(List<StreamRecord> batch)
        {
            await batches.WaitToWriteAsync(cancellationToken);
            batches.TryWrite(Task.Run(() => TransformAsync(batch, cancellationToken), CancellationToken.None));
        }
    }

    private async Task<List<StreamRecord>> TransformAsync(List<StreamRecord> batch, CancellationToken cancellationToken)
    {
        foreach (var transform in transforms)
        {
            var alive = batch.FindAll(record => record.IsAlive);
            if (alive.Count > 0)
            {
                await transform.TransformAsync(alive, cancellationToken);
            }
        }

        return batch;
    }
}
