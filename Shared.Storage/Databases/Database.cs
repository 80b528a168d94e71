using System.Data;
using System.Data.Common;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Skipper.Shared.Storage.Databases;

/// <summary>
/// The tables of one service, on SQLite or PostgreSQL. SQL is written with PostgreSQL names (<c>gateway.runs</c>);
/// <see cref="Sql"/> turns them into prefixes (<c>gateway_runs</c>) on SQLite. Migrations run before the first use.
/// </summary>
public sealed partial class Database : IDisposable
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly DatabaseServer _server;
    private readonly MigrationSet _migrations;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Regex _ownName;
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stopping = new();
    private Task? _migration;

    internal Database(
        string schema, MigrationSet migrations, DatabaseServer server, TimeProvider time, ILogger<Database> logger)
    {
        if (!SchemaName().IsMatch(schema))
        {
            throw new ArgumentException(
                $"A schema is named by lower case letters, digits and _, at most 40 characters, was '{schema}'.", nameof(schema));
        }

        DapperTypes.Register();
        Schema = schema;
        _migrations = migrations;
        _server = server;
        _time = time;
        _logger = logger;
        _ownName = new Regex($@"(?<![\w.]){schema}\.(?=[a-z_])", RegexOptions.CultureInvariant);
    }

    /// <summary>The schema, or table prefix, of the service.</summary>
    public string Schema { get; }

    /// <summary>Which SQL is spoken.</summary>
    public Dialect Dialect => _server.Dialect;

    /// <summary>
    /// Ends a <c>SELECT</c> inside a write that picks rows to claim, so that concurrent pickers get different rows:
    /// <c> FOR UPDATE SKIP LOCKED</c> on PostgreSQL; nothing on SQLite, where writes never run side by side.
    /// </summary>
    public string SkipLocked => Dialect is Dialect.PostgreSql ? " FOR UPDATE SKIP LOCKED" : "";

    /// <summary>Translates schema names for the dialect; call once per statement, in a field initializer.</summary>
    public string Sql(string text) => Dialect is Dialect.PostgreSql ? text : _ownName.Replace(text, $"{Schema}_");

    /// <summary>Reads, outside a transaction.</summary>
    /// <exception cref="DbException">The database cannot be reached (<see cref="DbException.IsTransient"/>) or refused.</exception>
    public Task<T> ReadAsync<T>(Func<DbConnection, Task<T>> read, CancellationToken cancellationToken) =>
        DatabaseTelemetry.MeasureAsync("read", Schema, Dialect, () => ReadNowAsync(read, cancellationToken));

    /// <summary>Reads in one transaction that sees the database as it is at its first statement, however long it takes.</summary>
    /// <exception cref="DbException">The database cannot be reached (<see cref="DbException.IsTransient"/>) or refused.</exception>
    public Task<T> ReadSnapshotAsync<T>(Func<DbTransaction, Task<T>> read, CancellationToken cancellationToken) => ReadAsync(
        async connection =>
        {
            await using var snapshot = connection is SqliteConnection sqlite
                ? sqlite.BeginTransaction(deferred: true)
                : await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
            return await read(snapshot);
        },
        cancellationToken);

    /// <summary>
    /// Writes in one transaction, committed when the function returns, rolled back when it throws. Keep it short and never
    /// write inside a write: on SQLite all writes of a file wait for each other.
    /// </summary>
    /// <exception cref="DbException">The database cannot be reached (<see cref="DbException.IsTransient"/>) or refused.</exception>
    public Task<T> WriteAsync<T>(Func<DbTransaction, Task<T>> write, CancellationToken cancellationToken) =>
        DatabaseTelemetry.MeasureAsync("write", Schema, Dialect, () => WriteNowAsync(write, cancellationToken));

    /// <summary>
    /// Completes as soon as the database was reached and migrated; says once in the log that it waits.
    /// </summary>
    /// <exception cref="DbException">The database was reached, but will never do: wrong password, a migration that fails.</exception>
    public async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        for (var pause = TimeSpan.FromMilliseconds(100); ; pause = pause < LongestPause / 2 ? pause * 2 : LongestPause)
        {
            try
            {
                await EnsureMigratedAsync(cancellationToken);
                if (_server.StopWaiting())
                {
                    LogAppeared(_server.Name);
                }

                return;
            }
            catch (DbException exception) when (exception.IsTransient || IsUnmarkedTransient(exception))
            {
                if (_server.StartWaiting())
                {
                    LogWaiting(_server.Name, exception.Message);
                }

                await Task.Delay(pause, _time, cancellationToken);
            }
        }
    }

    /// <summary>
    /// Ends a migration that still runs, so that nothing is written after the process said that it stopped.
    /// </summary>
    public void Dispose()
    {
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        _stopping.Cancel();
        if (_migration is { IsCompleted: false } running)
        {
            Task.WhenAny(running).Wait();
        }

        _stopping.Dispose();
    }

    /// <summary>
    /// A server that starts or stops, a file that is busy: the providers do not call these transient.
    /// </summary>
    private static bool IsUnmarkedTransient(DbException exception) =>
        !exception.IsTransient && (SqliteServer.IsBusy(exception) || PostgreSqlServer.IsNotThereYet(exception));

    /// <summary>
    /// Single-flight: concurrent first uses share one attempt and its failure; the next use after a failure tries
    /// again.
    /// </summary>
    private async Task<T> ReadNowAsync<T>(Func<DbConnection, Task<T>> read, CancellationToken cancellationToken)
    {
        try
        {
            await EnsureMigratedAsync(cancellationToken);
            await using var connection = await _server.OpenAsync(cancellationToken);
            return await read(connection);
        }
        catch (DbException exception) when (IsUnmarkedTransient(exception))
        {
            throw new DatabaseUnavailableException(exception);
        }
    }

    private async Task<T> WriteNowAsync<T>(Func<DbTransaction, Task<T>> write, CancellationToken cancellationToken)
    {
        try
        {
            await EnsureMigratedAsync(cancellationToken);
            return await _server.WriteAsync(write, cancellationToken);
        }
        catch (DbException exception) when (IsUnmarkedTransient(exception))
        {
            throw new DatabaseUnavailableException(exception);
        }
    }

    private Task EnsureMigratedAsync(CancellationToken cancellationToken)
    {
        if (_migration is { IsCompletedSuccessfully: true })
        {
            return Task.CompletedTask;
        }

        lock (_gate)
        {
            if (_migration is null || (_migration.IsCompleted && !_migration.IsCompletedSuccessfully))
            {
                // Not the caller's token: others wait for the same attempt.
                _migration = Task.Run(MigrateAsync, CancellationToken.None);
            }

            return _migration.WaitAsync(cancellationToken);
        }
    }

    private async Task MigrateAsync()
    {
        var applied = await _server.MigrateAsync(Schema, _migrations.For(Dialect), _time.GetUtcNow(), _stopping.Token);
        if (applied.Count > 0)
        {
            LogMigrated(Schema, _server.Name, string.Join(", ", applied.Select(migration => migration.Name)));
        }
    }

    [GeneratedRegex("^[a-z][a-z0-9_]{0,39}$")]
    private static partial Regex SchemaName();
}
