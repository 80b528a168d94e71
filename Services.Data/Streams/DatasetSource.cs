using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Skipper.Services.Data.Datasets;
using Skipper.Services.Data.Tables;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Storage.Artifacts;

namespace Skipper.Services.Data.Streams;

/// <summary>The rows of a dataset version as objects with a member a column, null where a value is missing.</summary>
internal sealed class DatasetSource(DatasetVersion version, IArtifactStore artifacts) : IRecordSource
{
    private const int Ahead = 1024;

    public long? Count => version.RowCount;

    public async IAsyncEnumerable<StreamRecord> ReadAsync(
        long position, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var records = Channel.CreateBounded<StreamRecord>(Ahead);
        var reading = Task.Run(() => SendAsync(position, records.Writer, stopping.Token), CancellationToken.None);
        try
        {
            await foreach (var record in records.Reader.ReadAllAsync(cancellationToken))
            {
                yield return record;
            }
        }
        finally
        {
            await stopping.CancelAsync();
            await reading;
        }
    }

    private async Task SendAsync(long position, ChannelWriter<StreamRecord> records, CancellationToken cancellationToken)
    {
        try
        {
            var content = await artifacts.OpenAsync(version.Digest, cancellationToken);
            await CanonicalFile.ReadAsync(content, SendBatchAsync, cancellationToken);
            records.Complete();
        }
        catch (Exception exception) // It is the reader of the channel that fails with it.
        {
            records.Complete(exception);
        }

        async Task SendBatchAsync(RowBatch batch)
        {
            for (var row = 0; row < batch.Count; row++)
            {
                if (batch.Lines[row] > position)
                {
                    await records.WriteAsync(new StreamRecord(batch.Lines[row], ToObject(batch, row)), cancellationToken);
                }
            }
        }
    }

    private static JsonObject ToObject(RowBatch batch, int row)
    {
        var value = new JsonObject();
        for (var column = 0; column < batch.Schema.Columns.Count; column++)
        {
            var (name, kind) = batch.Schema.Columns[column];
            value[name] = batch.IsMissing(column, row) ? null : kind switch
            {
                ColumnKind.Text => JsonValue.Create(batch.Texts(column)[row]),
                ColumnKind.Timestamp => JsonValue.Create(CellFormat.Time(batch.Times(column)[row])),
                _ => JsonValue.Create(batch.Numbers(column)[row]),
            };
        }

        return value;
    }
}
