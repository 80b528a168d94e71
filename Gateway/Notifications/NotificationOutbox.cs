using Skipper.Gateway.Runs;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Gateway.Notifications;

/// <summary>Hands out what is to be sent: each row to one sender at a time, again later if that one dies.</summary>
internal sealed class NotificationOutbox([FromKeyedServices(GatewayService.Schema)] Database database, TimeProvider time)
{
    /// <summary>Longer than a batch may take with all its receivers being slow.</summary>
    private static readonly TimeSpan TakenFor = TimeSpan.FromMinutes(5);

    private readonly string _due = database.Sql("""
        SELECT COUNT(*) FROM (
          SELECT 1 FROM gateway.outbox WHERE available_at <= @Now AND kind IN ('webhook', 'mail') LIMIT 1) AS d
        """);

    private readonly string _take = database.Sql($"""
        UPDATE gateway.outbox SET available_at = @Until, tries = tries + 1
        WHERE id IN (
          SELECT id FROM gateway.outbox WHERE available_at <= @Now AND kind IN ('webhook', 'mail')
          ORDER BY available_at, id LIMIT @Limit{database.SkipLocked})
        RETURNING id AS Id, kind AS Kind, run_id AS RunId, target AS Target, body AS Body, tries AS Tries, created_at AS CreatedAt
        """);

    private readonly string _delete = database.Sql("DELETE FROM gateway.outbox WHERE id = @Id");

    private readonly string _postpone = database.Sql(
        "UPDATE gateway.outbox SET available_at = @Available, last_error = @Problem WHERE id = @Id");

    /// <summary>Takes what is due; <see cref="Notification.Tries"/> counts this time.</summary>
    public async Task<IReadOnlyList<Notification>> TakeAsync(int limit, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var any = await database.ReadAsync(
            connection => connection.FirstOrDefaultAsync<int>(_due, new { Now = now }, cancellationToken), cancellationToken);
        return any == 0
            ? []
            : await database.WriteAsync(
                transaction => transaction.QueryAsync<Notification>(
                    _take, new { Now = now, Until = now + TakenFor, Limit = limit }, cancellationToken),
                cancellationToken);
    }

    public Task DeleteAsync(long id, CancellationToken cancellationToken) => database.WriteAsync(
        transaction => transaction.ExecuteAsync(_delete, new { Id = id }, cancellationToken), cancellationToken);

    public Task PostponeAsync(long id, TimeSpan pause, string problem, CancellationToken cancellationToken)
    {
        var next = new { Id = id, Available = time.GetUtcNow() + pause, Problem = StoredText.Clean(problem) };
        return database.WriteAsync(
            transaction => transaction.ExecuteAsync(_postpone, next, cancellationToken), cancellationToken);
    }
}
