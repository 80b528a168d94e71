using Skipper.Services.Data.Datasets;
using Skipper.Services.Data.Tables;

namespace Skipper.Services.Data.Features;

/// <summary>Encodes rows and writes them, batch by batch.</summary>
internal sealed class FeatureWriter(DatasetDraft draft, EncodedColumns encoded, CancellationToken cancellationToken)
{
    private readonly RowBatch _batch = new(encoded.Output);

    public long RowCount { get; private set; }

    public async Task WriteAsync(RowBatch rows)
    {
        for (var row = 0; row < rows.Count; row++)
        {
            await WriteAsync(rows, row);
        }
    }

    public ValueTask WriteAsync(RowBatch rows, int row)
    {
        RowColumns.CopyRow(rows, row, _batch, _batch.Count);
        encoded.Fill(_batch, _batch.Count);
        _batch.Lines[_batch.Count++] = ++RowCount;
        return _batch.Count == _batch.Capacity ? new ValueTask(FlushAsync()) : ValueTask.CompletedTask;
    }

    public async Task FlushAsync()
    {
        if (_batch.Count > 0)
        {
            await draft.WriteAsync(_batch, cancellationToken);
            _batch.Count = 0;
        }
    }
}
