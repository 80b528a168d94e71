using Skipper.Gateway.Runs;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Gateway.Retention;

/// <summary>Deletes runs that have ended, with everything that belongs to them, and what is remembered only for repetitions.</summary>
internal sealed class RetentionStore([FromKeyedServices(GatewayService.Schema)] Database database)
{
    private readonly string _delete = database.Sql("DELETE FROM gateway.runs WHERE id = @Id AND finished_at IS NOT NULL");

    private readonly string _deleteSucceeded = Batch(database, "state = 'succeeded'");

    private readonly string _deleteOthers = Batch(database, "state <> 'succeeded'");

    private readonly string _deleteKeys = database.Sql($"""
        DELETE FROM gateway.idempotency_keys WHERE (scope, key) IN
          (SELECT scope, key FROM gateway.idempotency_keys WHERE created_at < @Before ORDER BY created_at LIMIT @Limit{database.SkipLocked})
        """);

    private readonly string _deletePushes = database.Sql($"""
        DELETE FROM gateway.pushes WHERE (subscription, message_id, kind) IN
          (SELECT subscription, message_id, kind FROM gateway.pushes WHERE received_at < @Before
           ORDER BY received_at LIMIT @Limit{database.SkipLocked})
        """);

    /// <summary>Whether it was there and had ended.</summary>
    public async Task<bool> DeleteAsync(Guid id, CancellationToken cancellationToken) =>
        await WriteAsync(_delete, new { Id = id }, cancellationToken) == 1;

    /// <summary>Deletes some runs that succeeded before a time; returns how many.</summary>
    public Task<int> DeleteSucceededAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken) =>
        WriteAsync(_deleteSucceeded, new { Before = before, Limit = limit }, cancellationToken);

    /// <summary>Deletes some runs that ended otherwise before a time; returns how many.</summary>
    public Task<int> DeleteOthersAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken) =>
        WriteAsync(_deleteOthers, new { Before = before, Limit = limit }, cancellationToken);

    /// <summary>Deletes some idempotency keys that came before a time; returns how many.</summary>
    public Task<int> DeleteKeysAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken) =>
        WriteAsync(_deleteKeys, new { Before = before, Limit = limit }, cancellationToken);

    /// <summary>Deletes some pushes that came before a time; returns how many.</summary>
    public Task<int> DeletePushesAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken) =>
        WriteAsync(_deletePushes, new { Before = before, Limit = limit }, cancellationToken);

    // Two gateways that sweep at once take different rows. As a list of ids, PostgreSQL looks each up instead of reading all runs.
    private static string Batch(Database database, string condition)
    {
        var ids = "SELECT id FROM gateway.runs "
            + $"WHERE finished_at < @Before AND {condition} ORDER BY finished_at LIMIT @Limit{database.SkipLocked}";
        return database.Sql(
            $"DELETE FROM gateway.runs WHERE id {(database.Dialect is Dialect.PostgreSql ? $"= ANY (ARRAY({ids}))" : $"IN ({ids})")}");
    }

    private Task<int> WriteAsync(string sql, object arguments, CancellationToken cancellationToken) => database.WriteAsync(
        transaction => transaction.ExecuteAsync(sql, arguments, cancellationToken), cancellationToken);
}
