using System.Collections.Concurrent;
using System.Data;
using System.Data.Common;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Skipper.Shared.Storage.Databases;

/// <summary>One SQLite file: many readers, one writer at a time, every commit flushed to disk.</summary>
internal sealed class SqliteServer(string path) : DatabaseServer, IDisposable
{
    private const int Busy = 5;
    private const int Locked = 6;

    // By file, not by instance: several hosts in one process may open the same file, and a queue here is fairer and
    // quicker than SQLite's own polling for its file lock.
    private static readonly ConcurrentDictionary<string, SemaphoreSlim> Writers = new(StringComparer.Ordinal);

    private readonly string _path = Path.GetFullPath(path);
    private readonly SemaphoreSlim _writer = Writers.GetOrAdd(Path.GetFullPath(path), _ => new SemaphoreSlim(1, 1));
    private readonly string _connectionString = new SqliteConnectionStringBuilder
    {
        DataSource = Path.GetFullPath(path),
        Mode = SqliteOpenMode.ReadWriteCreate,
        ForeignKeys = true,
        Pooling = true,
        DefaultTimeout = 30,
    }.ToString();

    static SqliteServer() => SQLitePCL.Batteries_V2.Init();

    public override Dialect Dialect => Dialect.Sqlite;

    public override string Name => _path;

    public static bool IsBusy(DbException exception) => exception is SqliteException { SqliteErrorCode: Busy or Locked };

    public override async Task<DbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = new SqliteConnection(_connectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            await connection.ExecuteAsync("PRAGMA busy_timeout = 5000; PRAGMA synchronous = FULL;");
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public override async Task<T> WriteAsync<T>(Func<DbTransaction, Task<T>> write, CancellationToken cancellationToken)
    {
        await _writer.WaitAsync(cancellationToken);
        try
        {
            await using var connection = (SqliteConnection)await OpenAsync(cancellationToken);

            // Not deferred, hence BEGIN IMMEDIATE: a transaction that reads first and writes later fails as busy, whatever the timeout.
            await using var transaction = connection.BeginTransaction(IsolationLevel.Serializable, deferred: false);
            var result = await write(transaction);
            await transaction.CommitAsync(CancellationToken.None);
            return result;
        }
        finally
        {
            _writer.Release();
        }
    }

    public override async Task<IReadOnlyList<Migration>> MigrateAsync(
        string schema, IReadOnlyList<Migration> migrations, DateTimeOffset now, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        await using (var connection = await OpenAsync(cancellationToken))
        {
            await connection.ExecuteAsync("PRAGMA journal_mode = WAL");
        }

        var versions = $"{schema}_schema_versions";
        return await WriteAsync(
            async transaction =>
            {
                await transaction.Connection!.ExecuteAsync(
                    $"""
                    CREATE TABLE IF NOT EXISTS {versions} (
                        version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at TEXT NOT NULL)
                    """,
                    transaction: transaction);
                return await ApplyAsync(transaction, versions, migrations, now);
            },
            cancellationToken);
    }

    public void Dispose()
    {
        using var connection = new SqliteConnection(_connectionString);
        SqliteConnection.ClearPool(connection);
    }
}
