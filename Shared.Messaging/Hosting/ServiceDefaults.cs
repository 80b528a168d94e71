using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Skipper.Shared.Messaging.Hosting;

/// <summary>What all processes of the mesh have in common.</summary>
public static class ServiceDefaults
{
    /// <summary>
    /// Sets the address that applies where none is configured (<c>ASPNETCORE_URLS</c>, <c>--urls</c>, or ports by
    /// <c>ASPNETCORE_HTTP_PORTS</c> and <c>ASPNETCORE_HTTPS_PORTS</c>), and quiet logs.
    /// </summary>
    /// <param name="builder">The process.</param>
    /// <param name="url">Such as <c>http://127.0.0.1:8080</c>.</param>
    public static void AddServiceDefaults(this WebApplicationBuilder builder, string url)
    {
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource
        {
            InitialData = new Dictionary<string, string?>
            {
                ["Urls"] = HasPorts(builder.Configuration) ? null : url,
                ["Logging:LogLevel:Default"] = "Information",
                ["Logging:LogLevel:Microsoft"] = "Warning",
                ["Logging:LogLevel:System"] = "Warning",
                // As settings, so that Logging__Console__FormatterName=json (with ...__FormatterOptions__IncludeScopes=true) wins.
                ["Logging:Console:FormatterName"] = "simple",
                ["Logging:Console:FormatterOptions:SingleLine"] = "true",
                ["Logging:Console:FormatterOptions:TimestampFormat"] = "HH:mm:ss ",
                // The transport says once that the broker is away; the bus would repeat it at every attempt.
                ["Logging:LogLevel:MassTransit"] = "Critical",
                // Whoever asks /readyz gets the reasons; what is away has said so itself, once.
                ["Logging:LogLevel:Microsoft.Extensions.Diagnostics.HealthChecks"] = "None",
            },
        });

        // A step that is told to stop hands its attempt back before the connection goes.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(40));
    }

    // An address set here would win over ports set there.
    private static bool HasPorts(ConfigurationManager configuration) =>
        !string.IsNullOrWhiteSpace(configuration["http_ports"]) || !string.IsNullOrWhiteSpace(configuration["https_ports"]);
}
