using System.Net;
using Microsoft.Extensions.Options;

namespace Skipper.Gateway.Security;

/// <summary>Refuses to start where everybody on a network could use the gateway without a key, unless that was asked for.</summary>
internal sealed class ListeningGuard(IConfiguration configuration, IOptions<AuthOptions> options) : IHostedService
{
    /// <exception cref="OptionsValidationException">It would listen beyond loopback without authentication.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var auth = options.Value;
        if (!auth.NeedsKey && !auth.AllowAnonymousBeyondLoopback && Addresses(configuration).FirstOrDefault(IsOpen) is { } open)
        {
            throw new OptionsValidationException(
                nameof(AuthOptions),
                typeof(AuthOptions),
                [
                    $"The gateway would listen on {open} without authentication. Set {AuthOptions.Section}:Mode to ApiKey (docs/security.md tells "
                    + "how to make the first key), or listen on 127.0.0.1. If something in front of it decides who gets through, set "
                    + $"{AuthOptions.Section}:AllowAnonymousBeyondLoopback to true.",
                ]);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Where Kestrel will listen, by all settings that say so.</summary>
    internal static IEnumerable<string> Addresses(IConfiguration configuration)
    {
        var endpoints = configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => endpoint["Url"]).OfType<string>().ToArray();
        return endpoints.Length > 0 ? endpoints
            : Split(configuration["urls"]) is { Length: > 0 } urls ? urls
            : [.. Split(configuration["http_ports"]).Select(port => $"http://*:{port}"), .. Split(configuration["https_ports"]).Select(port => $"https://*:{port}")];
    }

    internal static bool IsOpen(string address)
    {
        var host = BindingAddress.Parse(address);
        return !host.IsUnixPipe
            && !string.Equals(host.Host, "localhost", StringComparison.OrdinalIgnoreCase)
            && !(IPAddress.TryParse(host.Host, out var ip) && IPAddress.IsLoopback(ip));
    }

    private static string[] Split(string? list) =>
        list?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
}
