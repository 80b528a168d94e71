using Skipper.Services.Data.Imports;
using Skipper.Services.Data.Tables;

namespace Skipper.Services.Data.Quality;

/// <summary>Rows to import, wherever they are; the same each time they are read.</summary>
internal interface IImportRows
{
    /// <summary>Whether the rows of the import before come again with this one, so that bad ones are not news.</summary>
    bool AreRepeated { get; }

    /// <summary>The columns as they come.</summary>
    Task<TableSchema> SchemaAsync(CancellationToken cancellationToken);

    /// <summary>Reads all rows in their order; each batch is gone when the function that took it returns.</summary>
    /// <param name="schema">The columns as they are wanted: as they come, or all as texts.</param>
    /// <param name="rejected">Takes what cannot be read.</param>
    /// <param name="take">Takes a batch.</param>
    /// <param name="cancellationToken">Stops.</param>
    Task ReadAsync(TableSchema schema, IRejectedRecords rejected, Func<RowBatch, Task> take, CancellationToken cancellationToken);
}

/// <summary>The rows of a file.</summary>
internal sealed class FileRows(ImportContent content) : IImportRows
{
    public bool AreRepeated => false;

    public async Task<TableSchema> SchemaAsync(CancellationToken cancellationToken)
    {
        await using var reader = await content.OpenAsync([], cancellationToken);
        return await ColumnInference.ReadAsync(reader, cancellationToken);
    }

    public async Task ReadAsync(
        TableSchema schema, IRejectedRecords rejected, Func<RowBatch, Task> take, CancellationToken cancellationToken)
    {
        await using var reader = await content.OpenAsync([.. schema.Columns.Select(column => column.Name)], cancellationToken);
        var parser = new RowParser(reader, schema, rejected);
        var batch = new RowBatch(schema);
        while (await parser.FillAsync(batch, cancellationToken))
        {
            await take(batch);
        }
    }
}
