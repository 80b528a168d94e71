using System.Net;
using System.Net.Mail;
using System.Text;
using Microsoft.Extensions.Options;

namespace Skipper.Gateway.Notifications;

/// <summary>Sends mail by the server of the configuration.</summary>
internal sealed class MailClient(IOptions<AlertOptions> alerts, IOptions<WebhookOptions> webhooks)
{
    public async Task<SendResult> SendAsync(Notification notification, CancellationToken cancellationToken)
    {
        var smtp = alerts.Value.Smtp;
        if (smtp.Host is null)
        {
            return SendResult.Failed($"{AlertOptions.Section}:Smtp:Host is not set any more.");
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(webhooks.Value.TimeoutSeconds));
        try
        {
            using var client = new SmtpClient(smtp.Host, smtp.Port);
            if (smtp.UserName is not null)
            {
                client.EnableSsl = true;
                client.Credentials = new NetworkCredential(smtp.UserName, smtp.Password);
            }

            using var mail = Mail(smtp.From, notification);
            await client.SendMailAsync(mail, patience.Token);
            return SendResult.Sent;
        }
        catch (SmtpException exception)
        {
            return SendResult.Failed($"The mail server refused or cannot be reached: {exception.StatusCode}.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return SendResult.Failed("The mail server did not answer in time.");
        }
    }

    private static MailMessage Mail(string from, Notification notification)
    {
        var lines = notification.Body.ReplaceLineEndings("\n").Split('\n', 2);
        return new MailMessage(from, notification.Target, $"[Skipper] {lines[0]}", lines[^1])
        {
            SubjectEncoding = Encoding.UTF8,
            BodyEncoding = Encoding.UTF8,
        };
    }
}
