using Microsoft.Extensions.Configuration.Memory;

namespace Skipper.Gateway;

/// <summary>Settings for a process that says nothing else. They come last, so that a file, the environment and arguments win.</summary>
internal static class GatewayDefaults
{
    public static void AddGatewayDefaults(this IHostApplicationBuilder builder)
    {
        var defaults = new Dictionary<string, string?>
        {
            ["Logging:LogLevel:Default"] = "Information",
            ["Logging:LogLevel:Microsoft"] = "Warning",
            ["Logging:LogLevel:Microsoft.Hosting.Lifetime"] = "Information",
            ["Logging:LogLevel:MassTransit"] = "Error",
        };

        // A container image that names only a port means all addresses, not the loopback.
        if (builder.Configuration["http_ports"] is null && builder.Configuration["https_ports"] is null)
        {
            defaults["urls"] = "http://127.0.0.1:8080";
        }

        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = defaults });
    }
}
