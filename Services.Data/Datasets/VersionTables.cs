using System.Data.Common;
using Dapper;
using Npgsql;
using Skipper.Services.Data.Tables;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Services.Data.Datasets;

/// <summary>
/// The typed tables of dataset versions. A table is noted down before it is made and crossed out when a version has it, so that one of a
/// process that died is dropped later.
/// </summary>
internal sealed partial class VersionTables(
    [FromKeyedServices(DataService.Schema)] Database database,
    TypedTableStore tables,
    TimeProvider time,
    ILogger<VersionTables> logger)
{
    /// <summary>Longer than any import takes.</summary>
    private static readonly TimeSpan Abandoned = TimeSpan.FromHours(24);

    private readonly string _note = database.Sql(
        "INSERT INTO data.dataset_drafts (rows_table, started_at) VALUES (@name, @now)");

    private readonly string _abandoned = database.Sql(
        "SELECT rows_table FROM data.dataset_drafts WHERE started_at < @before LIMIT 10");

    private readonly string _crossOut = database.Sql("DELETE FROM data.dataset_drafts WHERE rows_table = @name");

    public async Task<VersionTable> StartAsync(TableSchema schema, CancellationToken cancellationToken)
    {
        await DropAbandonedAsync(cancellationToken);
        var table = new TypedTable($"v{Guid.CreateVersion7(time.GetUtcNow()):N}", schema);
        await database.WriteAsync(
            async transaction =>
            {
                await transaction.Connection!.ExecuteAsync(
                    _note, new { name = table.Name, now = time.GetUtcNow() }, transaction);
                await tables.CreateAsync(transaction, table, cancellationToken);
                return true;
            },
            cancellationToken);
        return new VersionTable(this, table);
    }

    /// <summary>
    /// Adds rows in a transaction of their own: the table is nobody's before its version is there, and SQLite has one writer at a time.
    /// </summary>
    public Task LoadAsync(TypedTable table, RowBatch batch, long firstRow, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async transaction =>
            {
                if (transaction is NpgsqlTransaction)
                {
                    // The commit of the version waits for the disk, and what was written before is on it by then.
                    await transaction.Connection!.ExecuteAsync("SET LOCAL synchronous_commit TO OFF", transaction: transaction);
                }

                await using var load = await tables.LoadAsync(transaction, table, firstRow, cancellationToken);
                await load.WriteAsync(batch, cancellationToken);
                return await load.CompleteAsync(cancellationToken);
            },
            cancellationToken);

    public async Task DropAsync(TypedTable table)
    {
        try
        {
            await database.WriteAsync(
                async transaction =>
                {
                    await tables.DropAsync(transaction, table, CancellationToken.None);
                    return await transaction.Connection!.ExecuteAsync(_crossOut, new { name = table.Name }, transaction);
                },
                CancellationToken.None);
        }
        catch (DbException exception) // It is noted down, and whatever failed before is what the caller must hear of.
        {
            LogNotDropped(exception, table.Name);
        }
    }

    private async Task DropAbandonedAsync(CancellationToken cancellationToken)
    {
        var before = time.GetUtcNow() - Abandoned;
        var names = await database.ReadAsync(
            connection => connection.QueryAsync<string>(new CommandDefinition(
                _abandoned, new { before }, cancellationToken: cancellationToken)),
            cancellationToken);
        foreach (var name in names)
        {
            await DropAsync(new TypedTable(name, new TableSchema([])));
            LogDropped(name);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The rows of an unfinished dataset version in {Table} could not be dropped; they will be later")]
    private partial void LogNotDropped(Exception exception, string table);

    [LoggerMessage(LogLevel.Information, "Dropped {Table}, which an unfinished dataset version left behind")]
    private partial void LogDropped(string table);
}

/// <summary>The table of one version that is being written.</summary>
internal sealed class VersionTable(VersionTables tables, TypedTable table)
{
    public string Name => table.Name;

    public Task LoadAsync(RowBatch batch, long firstRow, CancellationToken cancellationToken) =>
        tables.LoadAsync(table, batch, firstRow, cancellationToken);

    public Task DropAsync() => tables.DropAsync(table);
}
