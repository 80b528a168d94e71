using System.Text.Json;
using Microsoft.Extensions.Options;
using Skipper.Gateway.Notifications;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Gateway.Tests.Notifications;

public sealed class CallbackReaderTests
{
    [Fact]
    public void A_callback_is_stored_with_the_name_of_its_secret()
    {
        var stored = Read("""{"url":"https://example.org/hook","events":["run.failed"],"secret_name":"ops"}""");
        var callback = Callback.Stored(stored);

        Assert.Equal(("https://example.org/hook", "ops"), (callback.Url, callback.SecretName));
        Assert.True(callback.Wants("run.failed"));
        Assert.False(callback.Wants("run.succeeded"));
        Assert.True(Callback.Stored(Read("""{"url":"https://example.org"}""")).Wants("run.cancelled"));
        Assert.DoesNotContain("top-secret", stored, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"url":"ftp://example.org"}""", "must be an absolute http or https address, was 'ftp://example.org'")]
    [InlineData("""{"url":"/hook"}""", "must be an absolute")]
    [InlineData("""{"url":"https://me:word@example.org"}""", "no user name")]
    [InlineData("""{"url":"http://127.0.0.1:9"}""", "must be on a public network, was 127.0.0.1")]
    [InlineData("""{"url":"http://[::1]:9"}""", "must be on a public network, was ::1")]
    [InlineData("""{"url":"http://0x7f.1/"}""", "must be on a public network")]
    [InlineData("""{"url":"https://example.org","events":["run.ended"]}""", "was 'run.ended'")]
    [InlineData("""{"url":"https://example.org","secret_name":"opps"}""", "was 'opps'")]
    [InlineData("""{"events":[]}""", "callback must be an object")]
    [InlineData("\"https://example.org\"", "callback must be an object")]
    [InlineData("null", "callback must be an object")]
    public void A_callback_that_could_not_be_called_is_refused_before_the_run_is_accepted(string json, string reason)
    {
        var error = Assert.Throws<MeshException>(() => Read(json));

        Assert.Equal(ErrorCode.InvalidArgument, error.Code);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    private static string Read(string json)
    {
        var options = new WebhookOptions();
        options.Secrets.Add("ops", "top-secret");
        using var document = JsonDocument.Parse(json);
        return new CallbackReader(Options.Create(options)).Read(document.RootElement);
    }
}
