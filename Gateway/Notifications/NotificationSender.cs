using System.Text.Json;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Gateway.Notifications;

/// <summary>
/// Sends what the outbox has, at least once: a row is deleted after its receiver took it. What fails is tried again for a day, at
/// growing intervals, and then dropped with a line in the log.
/// </summary>
internal sealed partial class NotificationSender(
    [FromKeyedServices(GatewayService.Schema)] Database database,
    NotificationOutbox outbox,
    WebhookClient webhooks,
    MailClient mail,
    TimeProvider time,
    ILogger<NotificationSender> logger) : BackgroundService
{
    internal const int MaxTries = 20;

    private const int Batch = 32;
    private const int Parallelism = 8;
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await database.WaitUntilReadyAsync(stoppingToken);
        while (true)
        {
            try
            {
                while (await SendDueAsync(stoppingToken) == Batch)
                {
                    // There may be more.
                }
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // What was taken comes again when its time is over.
                LogSenderFailed(exception);
            }

            await Task.Delay(Period, time, stoppingToken);
        }
    }

    /// <summary>Returns how many were due.</summary>
    internal async Task<int> SendDueAsync(CancellationToken cancellationToken)
    {
        var due = await outbox.TakeAsync(Batch, cancellationToken);
        await Parallel.ForEachAsync(
            due,
            new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken },
            async (notification, token) => await SendAsync(notification, token));
        return due.Count;
    }

    /// <summary>
    /// Before the next try: 10 s, doubled each time up to 2 h, so that twenty tries last a day; less a random part, so that what
    /// failed together does not come back together.
    /// </summary>
    internal static TimeSpan Pause(int tries) =>
        TimeSpan.FromSeconds(Math.Min(10 * Math.Pow(2, tries - 1), 7200) * (0.75 + (Random.Shared.NextDouble() / 4)));

    private async Task SendAsync(Notification notification, CancellationToken cancellationToken)
    {
        // A row that stops its sender is not even tried once more.
        var result = notification switch
        {
            { Tries: > MaxTries } => SendResult.Refused("Every sender of it failed."),
            { Kind: Notification.Mail } => await mail.SendAsync(notification, cancellationToken),
            _ => await webhooks.SendAsync(notification, cancellationToken),
        };
        if (result.IsSent)
        {
            LogSent(notification.Kind, notification.RunId);
        }
        else if (result.IsFinal || notification.Tries >= MaxTries || time.GetUtcNow() - notification.CreatedAt > Longest)
        {
            LogDropped(notification.Kind, notification.RunId, Receiver(notification), notification.Tries, result.Problem!);
        }
        else
        {
            await outbox.PostponeAsync(notification.Id, Pause(notification.Tries), result.Problem!, cancellationToken);
            return;
        }

        // It was sent: a stop of this process must not make it be sent again.
        await outbox.DeleteAsync(notification.Id, CancellationToken.None);
    }

    private static string Receiver(Notification notification) => notification.Kind == Notification.Mail
        ? notification.Target
        : JsonSerializer.Deserialize<WebhookTarget>(notification.Target, MessageJson.Options)!.Host;
}
