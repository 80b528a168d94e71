using System.Data.Common;

namespace Skipper.Shared.Storage.Databases;

/// <summary>
/// The tables of one service, on SQLite or PostgreSQL. SQL is written with PostgreSQL names (<c>gateway.runs</c>);
/// <see cref="Sql"/> turns them into prefixes (<c>gateway_runs</c>) on SQLite. Migrations run before the first use.
/// </summary>
public sealed class Database
{
    /// <summary>The schema, or table prefix, of the service.</summary>
    public string Schema { get; } = "";

    /// <summary>Which SQL is spoken.</summary>
    public Dialect Dialect { get; }

    /// <summary>Translates schema names for the dialect; call once per statement, in a field initializer.</summary>
    public string Sql(string text) => throw new NotSupportedException(text);

    /// <summary>Reads, outside a transaction.</summary>
    /// <exception cref="DbException">The database cannot be reached (<see cref="DbException.IsTransient"/>) or refused.</exception>
    public Task<T> ReadAsync<T>(Func<DbConnection, Task<T>> read, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    /// <summary>Writes in one transaction, committed when the function returns, rolled back when it throws.</summary>
    public Task<T> WriteAsync<T>(Func<DbTransaction, Task<T>> write, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    /// <summary>Completes as soon as the database was reached and migrated; says once in the log that it waits.</summary>
    public Task WaitUntilReadyAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
}
