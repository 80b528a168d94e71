using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Skipper.Gateway.Security;
using Skipper.Gateway.Tests.Fakes;

namespace Skipper.Gateway.Tests.Security;

public sealed class ListeningGuardTests
{
    [Theory]
    [InlineData("urls", "http://0.0.0.0:8080")]
    [InlineData("urls", "http://127.0.0.1:8080;http://*:8081")]
    [InlineData("urls", "http://[::]:8080")]
    [InlineData("urls", "https://+:8443")]
    [InlineData("urls", "http://192.168.1.4:8080")]
    [InlineData("urls", "http://skipper.example.com")]
    [InlineData("http_ports", "8080")]
    [InlineData("https_ports", "8443")]
    [InlineData("Kestrel:Endpoints:Public:Url", "https://0.0.0.0:443")]
    public async Task Without_authentication_nothing_listens_beyond_loopback(string setting, string value)
    {
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(new AuthOptions(), (setting, value)));
        Assert.Contains("without authentication", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Skipper:Auth:Mode", refused.Message, StringComparison.Ordinal);

        await StartAsync(new AuthOptions { Mode = "ApiKey" }, (setting, value));
        await StartAsync(new AuthOptions { AllowAnonymousBeyondLoopback = true }, (setting, value));
    }

    [Theory]
    [InlineData("http://127.0.0.1:8080")]
    [InlineData("http://localhost:8080")]
    [InlineData("http://127.8.9.10:0;http://[::1]:9000")]
    [InlineData("http://unix:/tmp/skipper.sock")]
    public Task Loopback_is_open_to_whoever_is_on_the_machine(string urls) => StartAsync(new AuthOptions(), ("urls", urls));

    [Fact]
    public async Task The_gateway_itself_refuses_to_start()
    {
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => GatewayHost.StartAsync(("urls", "http://0.0.0.0:0")));

        Assert.Contains("http://0.0.0.0:0", refused.Message, StringComparison.Ordinal);
    }

    private static Task StartAsync(AuthOptions options, params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build();
        return new ListeningGuard(configuration, Options.Create(options)).StartAsync(TestContext.Current.CancellationToken);
    }
}
