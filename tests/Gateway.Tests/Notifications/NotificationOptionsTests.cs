using Skipper.Gateway.Tests.RunsApi;

namespace Skipper.Gateway.Tests.Notifications;

public sealed class NotificationOptionsTests
{
    [Theory]
    [InlineData("Skipper:Webhooks:Endpoints:0:Url", "example.org", "Skipper:Webhooks:Endpoints:0:Url must be an absolute")]
    [InlineData("Skipper:Webhooks:Endpoints:0:Events:0", "run.ended", "was 'run.ended'")]
    [InlineData("Skipper:Webhooks:Endpoints:0:SecretName", "ops", "was 'ops'")]
    [InlineData("Skipper:Webhooks:TimeoutSeconds", "0", "must be between 0.1 and 60")]
    [InlineData("Skipper:Webhooks:Secrets:ops", "whsec_?", "Skipper:Webhooks:Secrets:ops must be text, or base64")]
    [InlineData("Skipper:Alerts:Webhooks:0:Url", "", "Skipper:Alerts:Webhooks:0:Url must be an absolute")]
    [InlineData("Skipper:Alerts:Smtp:Host", "mail", "Skipper:Alerts:Smtp:From must be a mail address, was ''")]
    public async Task A_setting_that_would_lose_a_notification_stops_the_start(string key, string value, string reason)
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(async () => await RunsApiHost.StartAsync(
            null, ("Skipper:Webhooks:Endpoints:0:Url", "https://example.org"), (key, value)));

        Assert.Contains(reason, error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("whsec_?", error.ToString(), StringComparison.Ordinal);
    }
}
