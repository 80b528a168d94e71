using System.Globalization;
using Dapper;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Services.Data.Sources.Http;

/// <summary>
/// One request to a provider, and what came of it: <c>ok</c>, <c>unchanged</c>, <c>refused</c>, <c>limited</c> or
/// <c>failed</c>.
/// </summary>
internal sealed record ProviderCall(
    string Source, string Item, DateTimeOffset At, string Outcome, int? Status, double Milliseconds, long Bytes);

/// <summary>Counts requests against the daily quota, over all processes, and remembers each for the scorecard.</summary>
internal sealed class CallStore([FromKeyedServices(DataService.Schema)] Database database, TimeProvider time)
{
    private readonly string _take = database.Sql("""
        INSERT INTO data.source_quotas AS q (source, day, used) VALUES (@source, @day, 1)
        ON CONFLICT (source, day) DO UPDATE SET used = q.used + 1 WHERE q.used < @limit
        """);

    private readonly string _add = database.Sql("""
        INSERT INTO data.source_calls (source, item, at, outcome, status, milliseconds, bytes)
        VALUES (@Source, @Item, @At, @Outcome, @Status, @Milliseconds, @Bytes)
        """);

    private readonly string _list = database.Sql("""
        SELECT source, item, at, outcome, status, milliseconds, bytes FROM data.source_calls
        WHERE source = @source AND at >= @since ORDER BY at, id LIMIT @limit
        """);

    private readonly string _used = database.Sql("SELECT used FROM data.source_quotas WHERE source = @source AND day = @day");

    /// <summary>Takes one request of today's quota; false where it is used up.</summary>
    public Task<bool> TakeAsync(string source, int limit, CancellationToken cancellationToken) => database.WriteAsync(
        async transaction => await transaction.Connection!.ExecuteAsync(new CommandDefinition(
            _take, new { source, day = Today(), limit }, transaction, cancellationToken: cancellationToken)) == 1,
        cancellationToken);

    /// <summary>How many requests were made today (UTC).</summary>
    public Task<int> UsedAsync(string source, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.ExecuteScalarAsync<int>(new CommandDefinition(
            _used, new { source, day = Today() }, cancellationToken: cancellationToken)),
        cancellationToken);

    public Task AddAsync(ProviderCall call, CancellationToken cancellationToken) => database.WriteAsync(
        transaction => transaction.Connection!.ExecuteAsync(new CommandDefinition(
            _add, call, transaction, cancellationToken: cancellationToken)),
        cancellationToken);

    public Task<List<ProviderCall>> ListAsync(string source, DateTimeOffset since, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async connection => (await connection.QueryAsync<CallRow>(new CommandDefinition(
                    _list, new { source, since, limit }, cancellationToken: cancellationToken)))
                .Select(row => new ProviderCall(row.Source, row.Item, row.At, row.Outcome, row.Status, row.Milliseconds, row.Bytes))
                .ToList(),
            cancellationToken);

    private string Today() => time.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private sealed class CallRow
    {
        public string Source { get; init; } = "";

        public string Item { get; init; } = "";

        public DateTimeOffset At { get; init; }

        public string Outcome { get; init; } = "";

        public int? Status { get; init; }

        public double Milliseconds { get; init; }

        public long Bytes { get; init; }
    }
}
