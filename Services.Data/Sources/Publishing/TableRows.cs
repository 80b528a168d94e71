using System.Data.Common;
using Skipper.Services.Data.Imports;
using Skipper.Services.Data.Quality;
using Skipper.Services.Data.Tables;

namespace Skipper.Services.Data.Sources.Publishing;

/// <summary>The rows of tables with the same columns, one table after the other, each in the order of its key.</summary>
internal sealed class TableRows(
    TypedTableStore tables, IReadOnlyList<TypedTable> published, DbTransaction snapshot, Action<long, long> report)
    : IImportRows
{
    private long _count;

    public bool AreRepeated => true;

    public TableSchema Schema => published[0].Schema;

    public Task<TableSchema> SchemaAsync(CancellationToken cancellationToken) => Task.FromResult(Schema);

    public async Task<long> CountAsync(CancellationToken cancellationToken)
    {
        _count = 0;
        foreach (var table in published)
        {
            _count += await tables.CountAsync(snapshot, table, cancellationToken);
        }

        return _count;
    }

    public Task ReadAsync(
        TableSchema schema, IRejectedRecords rejected, Func<RowBatch, Task> take, CancellationToken cancellationToken)
    {
        if (schema.Columns.SequenceEqual(Schema.Columns))
        {
            return ReadAsync(take, cancellationToken);
        }

        var texts = new RowBatch(schema);
        return ReadAsync(batch => take(Write(batch, texts)), cancellationToken);
    }

    /// <summary>The rows as they are.</summary>
    public async Task ReadAsync(Func<RowBatch, Task> take, CancellationToken cancellationToken)
    {
        var read = 0L;
        foreach (var table in published)
        {
            read += await tables.ReadAsync(
                snapshot,
                table,
                async batch =>
                {
                    report(batch.Lines[0] - 1, Math.Max(_count, 1));
                    await take(batch);
                },
                read + 1,
                cancellationToken);
        }
    }

    /// <summary>The rows as texts, as standards read them.</summary>
    private static RowBatch Write(RowBatch batch, RowBatch texts)
    {
        texts.Count = batch.Count;
        Array.Copy(batch.Lines, texts.Lines, batch.Count);
        for (var column = 0; column < batch.Schema.Columns.Count; column++)
        {
            for (var row = 0; row < batch.Count; row++)
            {
                texts.Texts(column)[row] = batch.IsMissing(column, row) ? null : CellFormat.Text(batch, column, row);
            }
        }

        return texts;
    }
}
