using Npgsql;

namespace Skipper.Mesh.Tests.Soak.Suite;

/// <summary>A run as it stands in the database.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Key">Of the request that started it, which is also its input.</param>
/// <param name="State">Its state.</param>
/// <param name="Revision">How many events it should have.</param>
/// <param name="Output">What it ended with.</param>
internal sealed record StoredRun(Guid Id, string Key, string State, int Revision, string? Output)
{
    /// <summary>By step.</summary>
    public Dictionary<string, string?> Outputs { get; } = [];

    /// <summary>In their order.</summary>
    public List<StoredEvent> Events { get; } = [];

    /// <summary>The numbers of the events.</summary>
    public List<long> Sequence { get; } = [];

    /// <summary>All of them, found by what they were told to do, not by the keys that the gateways remember.</summary>
    public static async Task<IReadOnlyList<StoredRun>> ReadAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        var runs = await database.ReadAsync(
            "SELECT id, input::jsonb ->> 'key', state, rev::integer, output FROM gateway.runs",
            row => new StoredRun(
                row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetInt32(3), row.IsDBNull(4) ? null : row.GetString(4)),
            cancellationToken);
        var byId = runs.ToDictionary(run => run.Id);
        await database.ReadAsync(
            "SELECT run_id, step, output FROM gateway.steps",
            row => byId[row.GetGuid(0)].Outputs[row.GetString(1)] = row.IsDBNull(2) ? null : row.GetString(2),
            cancellationToken);
        await database.ReadAsync(
            "SELECT run_id, seq, type, step FROM gateway.run_events ORDER BY run_id, seq",
            row =>
            {
                var run = byId[row.GetGuid(0)];
                run.Sequence.Add(row.GetInt64(1));
                run.Events.Add(new StoredEvent(row.GetString(2), row.IsDBNull(3) ? null : row.GetString(3)));
                return run;
            },
            cancellationToken);
        return runs;
    }
}

/// <summary>What happened to a run.</summary>
internal readonly record struct StoredEvent(string Type, string? Step);

internal static class Reading
{
    /// <summary>All rows of a query.</summary>
    public static async Task<List<T>> ReadAsync<T>(
        this NpgsqlDataSource database, string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(sql);
        command.CommandTimeout = 300;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(read(reader));
        }

        return rows;
    }
}
