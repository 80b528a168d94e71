using System.Data.Common;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Skipper.Gateway.Runs;
using Skipper.Gateway.RunsApi;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Gateway.Notifications;

/// <summary>
/// What is to be sent when a run ends. It is written in the transaction that ends the run, so that nobody is told of an end that was
/// rolled back, and everybody is told of one that was not.
/// </summary>
internal sealed class NotificationStore(
    [FromKeyedServices(GatewayService.Schema)] Database database,
    IOptions<WebhookOptions> webhooks,
    IOptions<AlertOptions> alerts,
    TimeProvider time)
{
    private readonly string _run = database.Sql($"SELECT {RunReader.RunColumns} FROM gateway.runs r WHERE r.id = @Id");

    private readonly string _add = database.Sql("""
        INSERT INTO gateway.outbox (kind, run_id, target, body, created_at, available_at)
        VALUES (@Kind, @RunId, @Target, @Body, @Now, @Now)
        """);

    /// <summary>Notes who is to be told; nothing is written, and nothing read, where that is nobody.</summary>
    /// <param name="transaction">The one that ends the run, after the run's row was changed.</param>
    /// <param name="end">What happened.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task NotifyAsync(DbTransaction transaction, RunEnd end, CancellationToken cancellationToken)
    {
        var called = Webhooks(end);
        var mailed = end.IsFailure && alerts.Value.Smtp.Host is not null;
        if ((called.Count == 0 && !mailed)
            || await transaction.FirstOrDefaultAsync<RunRow>(_run, new { end.Id }, cancellationToken) is not { } run)
        {
            return;
        }

        foreach (var target in called)
        {
            var to = JsonSerializer.Serialize(target, MessageJson.Options);
            var body = NotificationBody.Json(end, run, time.GetUtcNow());
            await AddAsync(transaction, Notification.Webhook, run.Id, to, body, cancellationToken);
        }

        if (mailed)
        {
            var to = string.Join(", ", alerts.Value.Smtp.To);
            await AddAsync(transaction, Notification.Mail, run.Id, to, NotificationBody.Mail(run), cancellationToken);
        }
    }

    private List<WebhookTarget> Webhooks(RunEnd end)
    {
        List<WebhookTarget> targets =
        [
            .. webhooks.Value.Endpoints.Where(endpoint => endpoint.Events.Count == 0 || endpoint.Events.Contains(end.Type)).Select(Target),
            .. end.IsFailure ? alerts.Value.Webhooks.Select(Target) : [],
        ];
        if (end.Callback is { } stored && Callback.Stored(stored) is { } callback && callback.Wants(end.Type))
        {
            targets.Add(new WebhookTarget(callback.Url, callback.SecretName));
        }

        // Whoever is named twice is called once.
        return [.. targets.Distinct()];
    }

    private static WebhookTarget Target(WebhookEndpoint endpoint) => new(endpoint.Url, endpoint.SecretName);

    private Task<int> AddAsync(
        DbTransaction transaction, string kind, Guid run, string target, string body, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync(
            _add, new { Kind = kind, RunId = run, Target = target, Body = body, Now = time.GetUtcNow() }, cancellationToken);
}
