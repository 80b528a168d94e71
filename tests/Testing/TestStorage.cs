using Npgsql;

namespace Skipper.Testing;

/// <summary>
/// Storage of its own for one test: a folder, and a PostgreSQL database unless SQLite will do; gone afterwards.
/// </summary>
public sealed class TestStorage : IAsyncDisposable
{
    private readonly string? _database;

    private TestStorage(string? database) => _database = database;

    /// <summary>The data directory.</summary>
    public string Folder { get; } = Path.Combine(Path.GetTempPath(), $"skipper-test-{Guid.NewGuid():N}");

    /// <summary>The connection string; absent = SQLite.</summary>
    public string? ConnectionString => _database is null
        ? null
        : new NpgsqlConnectionStringBuilder(TestServers.Postgres) { Database = _database, MaxPoolSize = 20 }.ToString();

    /// <summary>What a host needs in its configuration to use this storage.</summary>
    public Dictionary<string, string?> Settings => new()
    {
        ["Skipper:DataDirectory"] = Folder,
        ["ConnectionStrings:Skipper"] = ConnectionString,
    };

    /// <summary>SQLite and artifacts in a folder.</summary>
    public static TestStorage Sqlite() => new(database: null);

    /// <summary>A new PostgreSQL database; skips or fails the test where there is no server.</summary>
    public static async Task<TestStorage> PostgreSqlAsync()
    {
        var storage = AbsentPostgreSql();
        await storage.CreateDatabaseAsync();
        return storage;
    }

    /// <summary>A PostgreSQL database that is not there before <see cref="CreateDatabaseAsync"/>.</summary>
    public static TestStorage AbsentPostgreSql()
    {
        _ = TestServers.Postgres;
        return new($"test_{Guid.NewGuid():N}");
    }

    /// <summary>Creates the PostgreSQL database.</summary>
    public Task CreateDatabaseAsync() => ExecuteAsync($"CREATE DATABASE {_database}");

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }

        if (_database is not null)
        {
            await ExecuteAsync($"DROP DATABASE IF EXISTS {_database} WITH (FORCE)");
        }
    }

    private static async Task ExecuteAsync(string text)
    {
        await using var source = NpgsqlDataSource.Create(TestServers.Postgres);
        await using var command = source.CreateCommand(text);
        await command.ExecuteNonQueryAsync();
    }
}
