using Skipper.Services.Data.Datasets;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Rpc;
using Skipper.Shared.Messaging.Transports;
using Skipper.Shared.Storage.Artifacts;

namespace Skipper.Services.Data.Streams;

/// <summary>Takes a plan from its source to its artifacts, beginning where an earlier attempt was committed.</summary>
internal sealed class StreamRunner(
    DatasetCatalog catalog,
    IArtifactStore artifacts,
    StreamJournal journal,
    IRpcClient rpc,
    ITransport transport,
    TimeProvider time)
{
    /// <summary>Runs a stream; a second time under the same id it goes on, and in the end gives the same answer.</summary>
    /// <param name="stream">The same for all attempts.</param>
    /// <param name="plan">The same for all attempts.</param>
    /// <param name="report">Takes percent and a line of text.</param>
    /// <param name="cancellationToken">Stops; what was committed stays.</param>
    public async Task<ProcessedDataset> RunAsync(
        Guid stream, StreamPlan plan, Action<double, string> report, CancellationToken cancellationToken)
    {
        var steps = StreamSteps.Create(plan, rpc, time);
        await using var source = await OpenAsync(stream, plan, cancellationToken);
        var pipeline = new RecordPipeline(source, steps)
        {
            BatchSize = plan.BatchSize,
            Parallelism = plan.Parallelism,
        };
        return await RunAsync(stream, pipeline, report, cancellationToken);
    }

    public async Task<ProcessedDataset> RunAsync(
        Guid stream, RecordPipeline pipeline, Action<double, string> report, CancellationToken cancellationToken)
    {
        await journal.ForgetAsync(cancellationToken);
        var parts = await journal.LoadAsync(stream, cancellationToken);
        var resumed = parts.Sum(part => part.Written + part.LeftOut + part.Dead);
        var done = resumed;
        var next = new StreamPart();
        await pipeline.RunAsync(parts.LastOrDefault()?.Position ?? 0, WriteAsync, cancellationToken);
        await CommitAsync();
        next.Dispose();
        return new ProcessedDataset
        {
            Read = done,
            Written = parts.Sum(part => part.Written),
            LeftOut = parts.Sum(part => part.LeftOut),
            Dead = parts.Sum(part => part.Dead),
            Output = await journal.JoinAsync(parts.Select(part => part.Output), cancellationToken),
            DeadLetters = parts.Exists(part => part.DeadLetters is not null)
                ? await journal.JoinAsync(parts.Select(part => part.DeadLetters), cancellationToken)
                : null,
            Resumed = resumed,
        };

        async Task WriteAsync(IReadOnlyList<StreamRecord> records)
        {
            foreach (var record in records)
            {
                next.Add(record);
            }

            done += records.Count;
            if (next.IsFull || records.Any(record => record.Committed is not null))
            {
                await CommitAsync();
            }

            report(pipeline.Count is { } count and > 0 ? 100.0 * done / count : 0, $"{done} records");
        }

        async Task CommitAsync()
        {
            if (next.Records.Count > 0)
            {
                parts.Add(await journal.CommitAsync(stream, parts.Count + 1, next, cancellationToken));
                next.Dispose();
                next = new StreamPart();
            }
        }
    }

    private async Task<IRecordSource> OpenAsync(Guid stream, StreamPlan plan, CancellationToken cancellationToken) => plan switch
    {
        { Dataset: { } dataset, Artifact: null, Queue: null } => new DatasetSource(
            await catalog.FindAsync(dataset.Name, dataset.Version, cancellationToken), artifacts),
        { Dataset: null, Artifact: { } artifact, Queue: null } => new JsonLinesSource(artifact, artifacts),
        { Dataset: null, Artifact: null, Queue: { } queue } => new QueueSource(
            queue, message => journal.IsKnownAsync(stream, message, cancellationToken), transport, time)
        {
            Prefetch = Math.Min(ushort.MaxValue, plan.BatchSize * (plan.Parallelism + 2)),
        },
        _ => throw MeshException.InvalidArgument("A stream has one source: dataset, artifact or queue; found none or several."),
    };
}
