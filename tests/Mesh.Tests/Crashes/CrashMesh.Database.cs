using Npgsql;
using Skipper.Testing;

namespace Skipper.Mesh.Tests.Crashes;

/// <content>What the tests see and do in the database, beside the gateways.</content>
internal sealed partial class CrashMesh
{
    /// <summary>The one value that a statement gives; <c>@run</c> is the run, where there is one.</summary>
    public async Task<T> ScalarAsync<T>(string sql, Guid? run = null)
    {
        await using var connection = await OpenDatabaseAsync();
        await using var command = Command(connection, sql, run);
        return (T)(await command.ExecuteScalarAsync(Token))!;
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var connection = await OpenDatabaseAsync();
        await using var command = Command(connection, sql, null);
        await command.ExecuteNonQueryAsync(Token);
    }

    /// <summary>Takes locks that hold up the gateways, until the blockade is released.</summary>
    public async Task<Blockade> BlockAsync(string sql, Guid? run = null)
    {
        var connection = await OpenDatabaseAsync();
        var transaction = await connection.BeginTransactionAsync(Token);
        await using var command = Command(connection, sql, run);
        await command.ExecuteNonQueryAsync(Token);
        return new Blockade(connection, transaction);
    }

    /// <summary>Holds up all that changes a run: claims, results and cancellations lock its row first.</summary>
    public Task<Blockade> BlockRunAsync(Guid run) => BlockAsync("SELECT id FROM gateway.runs WHERE id = @run FOR UPDATE", run);

    /// <summary>Until that many transactions of gateways wait for the blockade.</summary>
    public Task WaitUntilBlockedAsync(int transactions) => Eventually.TrueAsync(
        async () => await ScalarAsync<long>(
            "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") == transactions,
        $"{transactions} transactions wait for a lock",
        Token);

    /// <summary>Until the database has noticed that the gateways are dead, and has undone what they had not committed.</summary>
    public Task WaitUntilForgottenAsync() => Eventually.TrueAsync(
        async () => await ScalarAsync<long>(
            """
            SELECT COUNT(*) FROM pg_stat_activity
            WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
            """) == 0,
        "the connections of the dead are gone",
        Token);

    public async Task<RunRow> RunAsync(Guid run)
    {
        await using var connection = await OpenDatabaseAsync();
        await using var command = Command(
            connection,
            """
            SELECT r.state, s.state, s.attempt, s.claim_id, r.output,
                   ARRAY(SELECT e.type FROM gateway.run_events e WHERE e.run_id = r.id ORDER BY e.seq)
            FROM gateway.runs r JOIN gateway.steps s ON s.run_id = r.id WHERE r.id = @run
            """,
            run);
        await using var reader = await command.ExecuteReaderAsync(Token);
        Assert.True(await reader.ReadAsync(Token), $"There is no run {run}.");
        return new RunRow(
            reader.GetString(0),
            reader.GetString(1),
            reader.GetInt32(2),
            reader.IsDBNull(3) ? null : reader.GetGuid(3),
            reader.IsDBNull(4) ? null : reader.GetString(4),
            reader.GetFieldValue<string[]>(5));
    }

    public async Task<RunRow> WaitForRunAsync(Guid run, Func<RunRow, bool> isReached, string expectation)
    {
        var last = default(RunRow);
        await Eventually.TrueAsync(async () => isReached(last = await RunAsync(run)), expectation, Token);
        return last!;
    }

    /// <summary>Follows a run to its end: it must succeed, once, in that attempt.</summary>
    public async Task<RunRow> AssertSucceededOnceAsync(Guid run, int attempt)
    {
        var row = await WaitForRunAsync(run, row => row.State is not ("accepted" or "running"), $"run {run} ends");
        var events = string.Join(", ", row.Events);
        Assert.True((row.State, row.Attempt) == ("succeeded", attempt), $"{row.State} in attempt {row.Attempt}: {events}");
        Assert.Equal(attempt, row.Events.Count(type => type == "step.started"));
        Assert.Equal(attempt - 1, row.Events.Count(type => type == "step.lost"));
        Assert.Single(row.Events, "step.succeeded");
        Assert.Single(row.Events, "run.succeeded");
        return row;
    }

    private async Task CreateDatabaseAsync()
    {
        await using var connection = new NpgsqlConnection(Servers.Environment["SKIPPER_TEST_POSTGRES"] + ";Pooling=false");
        await connection.OpenAsync(Token);
        await using var command = Command(connection, $"CREATE DATABASE {Queue}", null);
        await command.ExecuteNonQueryAsync(Token);
    }

    // Not pooled: the server is restarted by tests, and a pool would remember connections to what it was before.
    private async Task<NpgsqlConnection> OpenDatabaseAsync()
    {
        var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false");
        await connection.OpenAsync(Token);
        return connection;
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, Guid? run)
    {
        var command = new NpgsqlCommand(sql, connection);
        if (run is { } id)
        {
            command.Parameters.AddWithValue("run", id);
        }

        return command;
    }
}

/// <summary>How a run of one step stands in the database.</summary>
/// <param name="State">Of the run.</param>
/// <param name="StepState">Of its step.</param>
/// <param name="Attempt">The attempt that counts.</param>
/// <param name="Claim">The claim that counts.</param>
/// <param name="Output">What the worker answered.</param>
/// <param name="Events">Types of its events, in order.</param>
internal sealed record RunRow(string State, string StepState, int Attempt, Guid? Claim, string? Output, IReadOnlyList<string> Events);
