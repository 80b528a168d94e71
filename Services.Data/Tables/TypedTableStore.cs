using System.Data.Common;
using Dapper;
using Microsoft.Data.Sqlite;
using Npgsql;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Services.Data.Tables;

/// <summary>Rows in typed columns of the database, loaded in bulk and read as a stream, on either database.</summary>
internal sealed class TypedTableStore([FromKeyedServices(DataService.Schema)] Database database)
{
    /// <summary>For statements over all rows of a table. Seconds.</summary>
    public const int Timeout = 600;

    /// <summary>What stands in <c>FROM</c> of a statement about this table.</summary>
    public string NameOf(TypedTable table) => Sql(table).Name;

    /// <summary>Makes the table if it is not there, and adds the columns that it does not have yet.</summary>
    /// <exception cref="MeshException"><see cref="ErrorCode.FailedPrecondition"/>: a column is there with another type.</exception>
    public async Task CreateAsync(DbTransaction transaction, TypedTable table, CancellationToken cancellationToken)
    {
        var sql = Sql(table);
        if (transaction is NpgsqlTransaction)
        {
            // Two that make the same table at once: IF NOT EXISTS alone lets one of them fail.
            await ExecuteAsync(
                transaction, $"SELECT pg_advisory_xact_lock(hashtextextended('skipper.{sql.Name}', 0))", cancellationToken);
        }

        await ExecuteAsync(transaction, sql.Create, cancellationToken);
        var present = await ColumnsAsync(transaction, sql.Name, cancellationToken);
        for (var column = 0; column < table.Schema.Columns.Count; column++)
        {
            var name = TypedTable.Quoted(table.Schema.Columns[column].Name);
            if (!present.TryGetValue(name.Trim('"'), out var type))
            {
                await ExecuteAsync(transaction, $"ALTER TABLE {sql.Name} ADD COLUMN {name} {sql.Type(column)}", cancellationToken);
            }
            else if (!type.Equals(sql.Type(column), StringComparison.OrdinalIgnoreCase))
            {
                throw MeshException.FailedPrecondition(
                    $"Column {name} of {sql.Name} is {type}, expected {sql.Type(column)}: "
                    + "a column never changes its type, so give the new one another name.");
            }
        }
    }

    /// <summary>Starts to write rows behind those that are there, or in a table with a key, to merge them by it.</summary>
    /// <param name="transaction">What the rows belong to; the caller commits.</param>
    /// <param name="table">A table that was created.</param>
    /// <param name="firstRow">In a table without a key: the number of the first row, from 0.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<TypedTableLoad> LoadAsync(
        DbTransaction transaction, TypedTable table, long firstRow, CancellationToken cancellationToken)
    {
        var sql = Sql(table);
        if (table.Key.Count == 0)
        {
            return await StartAsync(sql.Name, firstRow);
        }

        await ExecuteAsync(transaction, sql.CreateStaging, cancellationToken);
        return new MergeRows(transaction, table, sql, await StartAsync(sql.Staging, 0));

        async Task<TypedTableLoad> StartAsync(string name, long row) => transaction switch
        {
            NpgsqlTransaction postgreSql => await CopyRows.StartAsync(
                postgreSql.Connection!, name, sql.Columns, row, cancellationToken),
            _ => new InsertRows((SqliteTransaction)transaction, table, name, sql.Columns, row),
        };
    }

    /// <summary>
    /// Reads all rows, in the order in which they were written or of their key; each batch is gone when the function that took it
    /// returns. Lines count from 1.
    /// </summary>
    /// <param name="table">A table that was created.</param>
    /// <param name="take">Takes a batch; rows that are read later wait for it.</param>
    /// <param name="order">Columns to order by instead, as SQL.</param>
    /// <param name="cancellationToken">Stops.</param>
    public Task<long> ReadAsync(
        TypedTable table, Func<RowBatch, Task> take, string? order, CancellationToken cancellationToken) =>
        database.ReadAsync(
            connection => ReadAsync(connection, null, table, take, order, firstLine: 1, cancellationToken), cancellationToken);

    /// <summary>The same as the snapshot of a transaction has it.</summary>
    /// <param name="snapshot">The transaction; nothing else may be read in it meanwhile.</param>
    /// <param name="table">A table that was created.</param>
    /// <param name="take">Takes a batch; rows that are read later wait for it.</param>
    /// <param name="firstLine">The line of the first row.</param>
    /// <param name="cancellationToken">Stops.</param>
    public Task<long> ReadAsync(
        DbTransaction snapshot, TypedTable table, Func<RowBatch, Task> take, long firstLine, CancellationToken cancellationToken) =>
        ReadAsync(snapshot.Connection!, snapshot, table, take, order: null, firstLine, cancellationToken);

    public Task<long> CountAsync(DbTransaction snapshot, TypedTable table, CancellationToken cancellationToken) =>
        snapshot.Connection!.ExecuteScalarAsync<long>(new CommandDefinition(
            $"SELECT COUNT(*) FROM {Sql(table).Name}", null, snapshot, Timeout, cancellationToken: cancellationToken));

    /// <summary>Says for each row of a batch whether the table has one with its key whose cursor is later.</summary>
    public async Task<bool[]> AreOutdatedAsync(
        DbTransaction transaction, TypedTable table, RowBatch batch, CancellationToken cancellationToken)
    {
        var columns = table.Key.Append(table.Require(table.Cursor!)).ToList();
        var outdated = new bool[batch.Count];
        for (var row = 0; row < batch.Count; row++)
        {
            var values = new DynamicParameters();
            foreach (var column in columns)
            {
                values.Add($"p{column}", StoredValue.Parameter(batch, column, row, database.Dialect));
            }

            outdated[row] = await transaction.Connection!.ExecuteScalarAsync<long>(new CommandDefinition(
                Sql(table).CountNewer, values, transaction, Timeout, cancellationToken: cancellationToken)) > 0;
        }

        return outdated;
    }

    public Task DropAsync(DbTransaction transaction, TypedTable table, CancellationToken cancellationToken) =>
        ExecuteAsync(transaction, $"DROP TABLE IF EXISTS {Sql(table).Name}", cancellationToken);

    private async Task<long> ReadAsync(
        DbConnection connection,
        DbTransaction? transaction,
        TypedTable table,
        Func<RowBatch, Task> take,
        string? order,
        long firstLine,
        CancellationToken cancellationToken)
    {
        await using var reader = await connection.ExecuteReaderAsync(new CommandDefinition(
            Sql(table).Select(order), null, transaction, Timeout, cancellationToken: cancellationToken));
        var batch = new RowBatch(table.Schema);
        for (var rows = 0L; ;)
        {
            var more = await reader.ReadAsync(cancellationToken);
            if (more)
            {
                batch.Lines[batch.Count] = firstLine + rows++;
                StoredRow.Read(reader, batch, batch.Count++);
            }

            if (batch.Count > 0 && (!more || batch.Count == batch.Capacity))
            {
                await take(batch);
                batch.Count = 0;
            }

            if (!more)
            {
                return rows;
            }
        }
    }

    private static async Task<Dictionary<string, string>> ColumnsAsync(
        DbTransaction transaction, string table, CancellationToken cancellationToken)
    {
        var text = transaction is NpgsqlTransaction
            ? """
              SELECT column_name AS name, data_type AS type FROM information_schema.columns
              WHERE table_schema || '.' || table_name = @table
              """
            : "SELECT name, type FROM pragma_table_info(@table)";
        var columns = await transaction.Connection!.QueryAsync<(string Name, string Type)>(new CommandDefinition(
            text, new { table }, transaction, cancellationToken: cancellationToken));
        return columns.ToDictionary(column => column.Name, column => column.Type, StringComparer.OrdinalIgnoreCase);
    }

    private static Task<int> ExecuteAsync(DbTransaction transaction, string text, CancellationToken cancellationToken) =>
        transaction.Connection!.ExecuteAsync(new CommandDefinition(
            text, transaction: transaction, commandTimeout: Timeout, cancellationToken: cancellationToken));

    private TypedTableSql Sql(TypedTable table) => new(table, database);
}
