using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Gateway.Notifications;

/// <summary>Calls webhooks: signed, to where they say and nowhere else, within a time.</summary>
internal sealed class WebhookClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly WebhookOptions _options;
    private readonly TimeProvider _time;

    public WebhookClient(IOptions<WebhookOptions> options, TimeProvider time)
    {
        (_options, _time) = (options.Value, time);

        // No redirects and no proxy: both would lead to addresses that nobody has checked.
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ConnectCallback = new WebhookConnector(options).ConnectAsync,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        })
        {
            Timeout = TimeSpan.FromSeconds(_options.TimeoutSeconds),
        };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("Skipper", "1"));
    }

    public async Task<SendResult> SendAsync(Notification notification, CancellationToken cancellationToken)
    {
        var target = JsonSerializer.Deserialize<WebhookTarget>(notification.Target, MessageJson.Options)!;
        string? secret = null;
        if (target.SecretName is { } name && !_options.Secrets.TryGetValue(name, out secret))
        {
            // Never without the signature that the receiver checks; the secret may come back with the next configuration.
            return SendResult.Failed($"There is no secret '{name}' in {WebhookOptions.Section}:Secrets.");
        }

        try
        {
            using var request = Request(target, secret, notification.Body);
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return response switch
            {
                { IsSuccessStatusCode: true } => SendResult.Sent,
                { StatusCode: HttpStatusCode.Gone } => SendResult.Refused("The receiver answered 410: it wants no more calls."),
                _ => SendResult.Failed($"The receiver answered {(int)response.StatusCode}."),
            };
        }
        catch (HttpRequestException exception) when (exception.InnerException is TargetRefusedException refused)
        {
            return SendResult.Refused(refused.Message);
        }
        catch (HttpRequestException exception)
        {
            return SendResult.Failed($"The receiver cannot be reached: {exception.HttpRequestError}.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return SendResult.Failed(string.Create(
                CultureInfo.InvariantCulture, $"The receiver did not answer within {_options.TimeoutSeconds} s."));
        }
    }

    public void Dispose() => _http.Dispose();

    private HttpRequestMessage Request(WebhookTarget target, string? secret, string body)
    {
        using var document = JsonDocument.Parse(body);
        var id = document.RootElement.GetProperty("id").GetString()!;
        var timestamp = _time.GetUtcNow().ToUnixTimeSeconds();
        var request = new HttpRequestMessage(HttpMethod.Post, target.Url)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        if (secret is not null)
        {
            request.Headers.Add("webhook-signature", WebhookSignature.Of(secret, id, timestamp, body));
        }

        return request;
    }
}
