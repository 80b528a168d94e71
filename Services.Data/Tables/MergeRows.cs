using System.Data.Common;
using Dapper;

namespace Skipper.Services.Data.Tables;

/// <summary>Loads rows into a staging table, and from there merges them by key.</summary>
internal sealed class MergeRows(DbTransaction transaction, TypedTable table, TypedTableSql sql, TypedTableLoad staging)
    : TypedTableLoad
{
    public override Task WriteAsync(RowBatch batch, CancellationToken cancellationToken)
    {
        StoredValue.RequireKey(batch, table.Key);
        return staging.WriteAsync(batch, cancellationToken);
    }

    public override async Task<LoadResult> CompleteAsync(CancellationToken cancellationToken)
    {
        var staged = (await staging.CompleteAsync(cancellationToken)).Inserted;
        var connection = transaction.Connection!;
        var inserted = await connection.ExecuteScalarAsync<long>(Command(sql.CountNew, cancellationToken));
        var written = await connection.ExecuteAsync(Command(sql.Merge, cancellationToken));
        await connection.ExecuteAsync(Command($"DROP TABLE {sql.Staging}", cancellationToken));
        return new LoadResult(inserted, written - inserted, staged - written);
    }

    public override ValueTask DisposeAsync() => staging.DisposeAsync();

    private CommandDefinition Command(string text, CancellationToken cancellationToken) =>
        new(text, transaction: transaction, commandTimeout: TypedTableStore.Timeout, cancellationToken: cancellationToken);
}
