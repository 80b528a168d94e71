using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Skipper.Gateway.Security;
using Skipper.Gateway.Tests.Fakes;

namespace Skipper.Gateway.Tests.Security;

public sealed class SecretTests
{
    [Fact]
    public async Task No_secret_is_logged_at_any_level_or_told_in_an_error()
    {
        const string WebhookSecret = "c2VjcmV0LW9mLWEtd2ViaG9vay1leGFtcGxl";
        using var log = new EveryLine();
        await using var gateway = await GatewayHost.StartAsync(
            log, ("Skipper:Auth:Mode", "ApiKey"), ("Skipper:Webhooks:Secrets:example", WebhookSecret));
        var key = (await gateway.Get<ApiKeyStore>().CreateAsync(
            new NewApiKey("ops", Scope.Admin, 0, null), TestContext.Current.CancellationToken)).Reveal();

        List<Answer> answers =
        [
            await gateway.SendAsync("GET", "/api/v1/skipper/keys", key),
            await gateway.SendAsync("POST", $"{GatewayHost.Tasks}/execute_async", key, """{"task_type":"training","payload":"0.2"}"""),
            await gateway.SendAsync("POST", $"{GatewayHost.Tasks}/execute_async", key, "not json"),
            await gateway.SendAsync("GET", "/api/v1/skipper/runs/nothing", key),
            await gateway.SendAsync("DELETE", "/api/v1/skipper/schedules/nothing", key),
            await gateway.SendAsync("GET", "/api/v1/skipper/keys", key[..^1]),
        ];

        Assert.Equal([200, 202, 400, 404, 404, 401], answers.Select(answer => answer.Status));
        Assert.NotEmpty(log.Lines);
        var said = string.Join('\n', log.Lines.Concat(answers.Select(answer => answer.Text)));
        Assert.DoesNotContain(key[22..40], said, StringComparison.Ordinal);
        Assert.DoesNotContain(WebhookSecret, said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_does_not_tell_itself_by_accident()
    {
        var key = ApiKeyText.Create();

        Assert.DoesNotContain(key.Secret, $"{key}", StringComparison.Ordinal);
        Assert.Equal(key, ApiKeyText.Parse(key.Reveal()));
        Assert.Null(ApiKeyText.Parse($"{key}"));
    }

    private sealed class EveryLine : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            Lines.Enqueue($"{state}");
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
            // Nothing is held.
        }
    }
}
