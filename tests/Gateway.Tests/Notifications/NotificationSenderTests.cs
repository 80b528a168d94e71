using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Skipper.Gateway.Notifications;
using Skipper.Gateway.Runs;
using Skipper.Gateway.Tests.RunsApi;

namespace Skipper.Gateway.Tests.Notifications;

public sealed class NotificationSenderTests
{
    private const string Secret = "top-secret";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_webhook_carries_a_signature_that_the_receiver_can_check()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var host = Host();
        await FailAsync(host, Callback($"{receiver.Url}/hook?a=1", "ops"));
        var (path, headers, body) = Assert.Single(receiver.Calls);

        Assert.Equal(("/hook", "application/json; charset=utf-8"), (path, headers.ContentType.ToString()));
        var id = JsonDocument.Parse(body).RootElement.GetProperty("id").GetString()!;
        var timestamp = host.Time.GetUtcNow().ToUnixTimeSeconds();
        Assert.Equal(id, headers["webhook-id"].ToString());
        Assert.Equal(timestamp.ToString(CultureInfo.InvariantCulture), headers["webhook-timestamp"].ToString());
        Assert.Equal(WebhookSignature.Of(Secret, id, timestamp, body), headers["webhook-signature"].ToString());
        Assert.Equal(0, await host.Table.CountAsync("gateway.outbox"));
    }

    [Fact]
    public async Task A_webhook_without_a_secret_is_not_signed()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var host = Host();
        await FailAsync(host, Callback(receiver.Url, null));

        Assert.False(Assert.Single(receiver.Calls).Headers.ContainsKey("webhook-signature"));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(404)]
    [InlineData(302)]
    public async Task A_receiver_that_does_not_take_it_is_called_again_later_with_the_same_id(int status)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var host = Host();
        receiver.Answer = context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = $"{receiver.Url}/elsewhere";
            return Task.CompletedTask;
        };
        await FailAsync(host, Callback($"{receiver.Url}/hook", "ops"));
        await SendAsync(host);
        Assert.Equal("/hook", Assert.Single(receiver.Calls).Path);
        receiver.Answer = _ => Task.CompletedTask;
        host.Time.Advance(11);
        await SendAsync(host);

        Assert.Equal(["/hook", "/hook"], receiver.Calls.Select(call => call.Path));
        Assert.Single(receiver.Calls.Select(call => call.Headers["webhook-id"].ToString()).Distinct());
        Assert.Equal(2, receiver.Calls.Select(call => call.Headers["webhook-signature"].ToString()).Distinct().Count());
        Assert.Equal(0, await host.Table.CountAsync("gateway.outbox"));
    }

    [Fact]
    public async Task A_receiver_that_is_silent_is_given_up_for_now()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var host = Host(("Skipper:Webhooks:TimeoutSeconds", "0.2"));
        receiver.Answer = context => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        await FailAsync(host, Callback(receiver.Url, null));

        Assert.Equal(1, await host.Table.CountAsync("gateway.outbox WHERE last_error = 'The receiver did not answer within 0.2 s.'"));
    }

    [Fact]
    public async Task After_a_day_of_tries_it_is_dropped_with_a_line_in_the_log()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var host = Host();
        receiver.Answer = context =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        };
        var start = host.Time.GetUtcNow();
        await FailAsync(host, Callback($"{receiver.Url}/token-in-path", "ops"));
        while (await host.Table.CountAsync("gateway.outbox") > 0)
        {
            host.Time.Advance(600);
            await SendAsync(host);
        }

        Assert.InRange(receiver.Calls.Count, 10, NotificationSender.MaxTries);
        Assert.InRange(host.Time.GetUtcNow() - start, TimeSpan.FromHours(12), TimeSpan.FromHours(27));
        var line = Assert.Single(host.Log.Lines, line => line.StartsWith("Dropped the webhook", StringComparison.Ordinal));
        Assert.Contains("to 127.0.0.1 after", line, StringComparison.Ordinal);
        Assert.DoesNotContain(host.Log.Lines, logged => logged.Contains("token-in-path", StringComparison.Ordinal));
        Assert.DoesNotContain(host.Log.Lines, logged => logged.Contains(Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_receiver_that_is_gone_is_not_called_again()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var host = Host();
        receiver.Answer = context =>
        {
            context.Response.StatusCode = StatusCodes.Status410Gone;
            return Task.CompletedTask;
        };
        await FailAsync(host, Callback(receiver.Url, null));

        Assert.Equal(0, await host.Table.CountAsync("gateway.outbox"));
        Assert.Contains(host.Log.Lines, line => line.Contains("410", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    public async Task A_target_in_a_private_network_is_not_called_whatever_its_name(string name)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var host = Host(("Skipper:Webhooks:AllowPrivateNetworks", "false"));
        await FailAsync(host, Callback(receiver.Url.Replace("127.0.0.1", name, StringComparison.Ordinal), null));

        Assert.Empty(receiver.Calls);
        Assert.Equal(0, await host.Table.CountAsync("gateway.outbox"));
        Assert.Contains(host.Log.Lines, line => line.Contains($"{name} is not on a public network", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_the_secret_it_asks_for_it_is_not_sent()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var host = Host();
        await FailAsync(host, Callback(receiver.Url, "lost"));

        Assert.Empty(receiver.Calls);
        Assert.Equal(1, await host.Table.CountAsync("gateway.outbox"));
    }

    [Fact]
    public async Task A_failure_is_mailed()
    {
        await using var server = new MailServer();
        await using var host = Host(
            ("Skipper:Alerts:Smtp:Host", "127.0.0.1"),
            ("Skipper:Alerts:Smtp:Port", server.Port.ToString(CultureInfo.InvariantCulture)),
            ("Skipper:Alerts:Smtp:From", "skipper@example.org"),
            ("Skipper:Alerts:Smtp:To:0", "ops@example.org"),
            ("Skipper:Alerts:Smtp:To:1", "dev@example.org"));
        await FailAsync(host, null);
        var mail = Assert.Single(server.Mails);

        Assert.Contains("MAIL FROM:<skipper@example.org>", mail, StringComparison.Ordinal);
        Assert.Contains("RCPT TO:<ops@example.org>", mail, StringComparison.Ordinal);
        Assert.Contains("RCPT TO:<dev@example.org>", mail, StringComparison.Ordinal);
        Assert.Contains("[Skipper] Run of training: failed", Decoded(mail), StringComparison.Ordinal);
        Assert.Contains("no such column", Decoded(mail), StringComparison.Ordinal);
        Assert.Equal(0, await host.Table.CountAsync("gateway.outbox"));
    }

    [Fact]
    public async Task A_mail_server_that_is_away_is_asked_again()
    {
        await using var host = Host(
            ("Skipper:Alerts:Smtp:Host", "127.0.0.1"),
            ("Skipper:Alerts:Smtp:Port", "1"),
            ("Skipper:Alerts:Smtp:From", "skipper@example.org"),
            ("Skipper:Alerts:Smtp:To:0", "ops@example.org"));
        await FailAsync(host, null);

        Assert.Equal(1, await host.Table.CountAsync("gateway.outbox WHERE last_error LIKE 'The mail server%'"));
    }

    [Fact]
    public void Pauses_grow_and_never_exceed_two_hours()
    {
        Assert.InRange(NotificationSender.Pause(1).TotalSeconds, 7.5, 10);
        Assert.InRange(NotificationSender.Pause(4).TotalSeconds, 60, 80);
        Assert.InRange(NotificationSender.Pause(20).TotalSeconds, 5400, 7200);
    }

    private static RunsApiHost Host(params (string Key, string Value)[] settings) => new(
        null,
        null,
        [
            ("Skipper:Webhooks:AllowPrivateNetworks", "true"),
            ("Skipper:Webhooks:Secrets:ops", Secret),
            .. settings,
        ]);

    private static string Callback(string url, string? secret) =>
        JsonSerializer.Serialize(new { url, secret_name = secret });

    private static async Task FailAsync(RunsApiHost host, string? callback)
    {
        var run = await host.Table.RunAsync(RunState.Failed, error: """{"error":"no such column"}""");
        await host.Database.WriteAsync(
            async transaction =>
            {
                await host.Get<NotificationStore>().NotifyAsync(transaction, new RunEnd(run, RunState.Failed, callback), Token);
                return true;
            },
            Token);
        await SendAsync(host);
    }

    private static Task<int> SendAsync(RunsApiHost host) => host.GetHosted<NotificationSender>().SendDueAsync(Token);

    /// <summary>The mail, with its base64 parts read.</summary>
    private static string Decoded(string mail) => string.Join('\n', mail.Split('\n', StringSplitOptions.TrimEntries).Select(line =>
    {
        var bytes = new byte[line.Length];
        var text = line.Replace("Subject: =?utf-8?B?", "", StringComparison.Ordinal).Replace("?=", "", StringComparison.Ordinal);
        return Convert.TryFromBase64String(text, bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length) : line;
    }));
}
