using System.Data.Common;
using Dapper;

namespace Skipper.Shared.Storage.Databases;

/// <summary>
/// Where all databases of a process live: it opens connections, runs writes and applies migrations in its dialect.
/// </summary>
internal abstract class DatabaseServer
{
    private int _waiting;

    public abstract Dialect Dialect { get; }

    /// <summary>For logs: where it is, never how to get in.</summary>
    public abstract string Name { get; }

    public abstract Task<DbConnection> OpenAsync(CancellationToken cancellationToken);

    public abstract Task<T> WriteAsync<T>(Func<DbTransaction, Task<T>> write, CancellationToken cancellationToken);

    /// <summary>True for the first of all databases that waits: a process says it once.</summary>
    public bool StartWaiting() => Interlocked.Exchange(ref _waiting, 1) == 0;

    /// <summary>True for the first that no longer waits.</summary>
    public bool StopWaiting() => Interlocked.Exchange(ref _waiting, 0) == 1;

    /// <summary>Applies what is missing, in one transaction under a lock, and returns it.</summary>
    public abstract Task<IReadOnlyList<Migration>> MigrateAsync(
        string schema, IReadOnlyList<Migration> migrations, DateTimeOffset now, CancellationToken cancellationToken);

    protected static async Task<IReadOnlyList<Migration>> ApplyAsync(
        DbTransaction transaction, string versions, IReadOnlyList<Migration> known, DateTimeOffset now)
    {
        var connection = transaction.Connection!;
        var applied = (await connection.QueryAsync<AppliedMigration>(
            $"SELECT version, name FROM {versions} ORDER BY version", transaction: transaction)).ToList();
        var missing = MigrationSet.Missing(known, applied, versions);
        foreach (var migration in missing)
        {
            await connection.ExecuteAsync(migration.Text, transaction: transaction, commandTimeout: 600);
            await connection.ExecuteAsync(
                $"INSERT INTO {versions} (version, name, applied_at) VALUES (@Version, @Name, @now)",
                new { migration.Version, migration.Name, now },
                transaction);
        }

        return missing;
    }
}
