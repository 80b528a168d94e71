using Npgsql;

namespace Skipper.Bench.Runs;

/// <summary>A database of its own on the PostgreSQL of the run, so that no figure depends on what was there before.</summary>
internal sealed class RunsDatabase : IAsyncDisposable
{
    private readonly NpgsqlDataSource _server;
    private readonly NpgsqlDataSource _source;

    private RunsDatabase(NpgsqlDataSource server, NpgsqlConnectionStringBuilder settings)
    {
        (_server, Settings) = (server, settings);
        _source = NpgsqlDataSource.Create(settings);
    }

    /// <summary>Where it is.</summary>
    public NpgsqlConnectionStringBuilder Settings { get; }

    public static async Task<RunsDatabase> CreateAsync(string name)
    {
        var postgres = Environment.GetEnvironmentVariable("SKIPPER_TEST_POSTGRES")
            ?? throw new InvalidOperationException(
                "SKIPPER_TEST_POSTGRES must be a connection string whose user may create databases, was not set. "
                + "Start servers with: eval \"$(bash eng/servers.sh start)\"");
        var server = NpgsqlDataSource.Create(postgres);
        var settings = new NpgsqlConnectionStringBuilder(postgres) { Database = $"bench_{name}_{Guid.NewGuid():N}" };
        await using var create = server.CreateCommand($"CREATE DATABASE {settings.Database}");
        await create.ExecuteNonQueryAsync();
        return new RunsDatabase(server, settings);
    }

    public async Task ExecuteAsync(string sql, params object[] arguments)
    {
        await using var command = Command(sql, arguments);
        command.CommandTimeout = 300;
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The first row, all columns of one type.</summary>
    public async Task<T[]> RowAsync<T>(string sql, params object[] arguments)
    {
        await using var command = Command(sql, arguments);
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        var row = new T[reader.FieldCount];
        for (var column = 0; column < row.Length; column++)
        {
            row[column] = await reader.GetFieldValueAsync<T>(column);
        }

        return row;
    }

    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        await using (var drop = _server.CreateCommand($"DROP DATABASE {Settings.Database} WITH (FORCE)"))
        {
            await drop.ExecuteNonQueryAsync();
        }

        await _server.DisposeAsync();
    }

    private NpgsqlCommand Command(string sql, object[] arguments)
    {
        var command = _source.CreateCommand(sql);
        foreach (var argument in arguments)
        {
            command.Parameters.AddWithValue(argument);
        }

        return command;
    }
}
