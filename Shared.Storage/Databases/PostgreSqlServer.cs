using System.Data.Common;
using System.Net.Sockets;
using Dapper;
using Npgsql;

namespace Skipper.Shared.Storage.Databases;

/// <summary>One PostgreSQL database: all schemas of a process share one pool of connections.</summary>
internal sealed class PostgreSqlServer : DatabaseServer, IAsyncDisposable, IDisposable
{
    /// <summary>Five processes with full pools still fit into the 100 connections of an unconfigured server.</summary>
    private const int DefaultPoolSize = 18;

    private readonly NpgsqlDataSource _source;

    public PostgreSqlServer(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        settings.ApplicationName ??= "skipper";
        if (!settings.ShouldSerialize("Maximum Pool Size"))
        {
            settings.MaxPoolSize = DefaultPoolSize;
        }

        if (!settings.ShouldSerialize("Max Auto Prepare"))
        {
            // The same few statements, again and again: planning them costs more than running them.
            settings.MaxAutoPrepare = 100;
            settings.AutoPrepareMinUsages = 3;
        }

        _source = NpgsqlDataSource.Create(settings);
        Name = $"{settings.Host}:{settings.Port}/{settings.Database ?? settings.Username}";
    }

    public override Dialect Dialect => Dialect.PostgreSql;

    public override string Name { get; }

    /// <summary>A container that creates its database at its first start answers so for a while.</summary>
    public static bool IsNotThereYet(DbException exception) =>
        exception is PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName };

    public override async Task<DbConnection> OpenAsync(CancellationToken cancellationToken) =>
        await ConnectAsync(cancellationToken);

    public override async Task<T> WriteAsync<T>(Func<DbTransaction, Task<T>> write, CancellationToken cancellationToken)
    {
        await using var connection = await ConnectAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var result = await write(transaction);

        // A commit that is cancelled half way leaves nobody knowing whether it happened.
        await transaction.CommitAsync(CancellationToken.None);
        return result;
    }

    public override Task<IReadOnlyList<Migration>> MigrateAsync(
        string schema, IReadOnlyList<Migration> migrations, DateTimeOffset now, CancellationToken cancellationToken) =>
        WriteAsync(
            async transaction =>
            {
                var connection = transaction.Connection!;
                await connection.ExecuteAsync(new CommandDefinition(
                    "SELECT pg_advisory_xact_lock(hashtextextended('skipper.migrations.' || @schema, 0))",
                    new { schema },
                    transaction,
                    commandTimeout: 600,
                    cancellationToken: cancellationToken));

                // Asked first, because CREATE SCHEMA needs a right that a careful operator does not give when the schema is there.
                if (!await connection.ExecuteScalarAsync<bool>(
                    "SELECT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = @schema)", new { schema }, transaction))
                {
                    await connection.ExecuteAsync($"CREATE SCHEMA {schema}", transaction: transaction);
                }

                await connection.ExecuteAsync(
                    $"""
                    CREATE TABLE IF NOT EXISTS {schema}.schema_versions (
                        version integer PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL)
                    """,
                    transaction: transaction);
                return await ApplyAsync(transaction, $"{schema}.schema_versions", migrations, now);
            },
            cancellationToken);

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    public void Dispose() => _source.Dispose();

    private async Task<NpgsqlConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _source.OpenConnectionAsync(cancellationToken);
        }
        catch (SocketException exception)
        {
            // A host name that is not known yet comes unwrapped, and must count as away like a port that refuses.
            throw new NpgsqlException($"{Name} could not be reached: {exception.Message}", exception);
        }
    }
}
