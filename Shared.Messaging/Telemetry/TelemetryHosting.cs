using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Resources;

namespace Skipper.Shared.Messaging.Telemetry;

/// <summary>Adds the export of telemetry, which is off unless an endpoint is configured.</summary>
internal static class TelemetryHosting
{
    public static void AddTelemetry(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<TelemetryOptions>()
            .Configure<IConfiguration, IHostEnvironment>((options, configuration, environment) =>
                ReadStandardNames(options, configuration, environment.ApplicationName))
            .BindConfiguration(TelemetryOptions.Section).ValidateDataAnnotations().ValidateOnStart();

        var options = new TelemetryOptions();
        ReadStandardNames(options, builder.Configuration, builder.Environment.ApplicationName);
        builder.Configuration.GetSection(TelemetryOptions.Section).Bind(options);
        if (!options.IsOn)
        {
            return;
        }

        builder.Services.AddHostedService<TelemetryExport>();
        builder.Logging.AddOpenTelemetry(logs =>
        {
            logs.IncludeScopes = true;
            logs.IncludeFormattedMessage = true;
            logs.SetResourceBuilder(ResourceOf(options));
            logs.AddOtlpExporter((OtlpExporterOptions exporter) => options.Configure(exporter, "logs"));
        });
    }

    public static ResourceBuilder ResourceOf(TelemetryOptions options) =>
        ResourceBuilder.CreateDefault().AddService(options.ServiceName!, serviceNamespace: "skipper");

    /// <summary>The environment variables of OpenTelemetry, which apply where the section does not say otherwise.</summary>
    private static void ReadStandardNames(TelemetryOptions options, IConfiguration configuration, string application)
    {
        options.OtlpEndpoint = configuration["OTEL_EXPORTER_OTLP_ENDPOINT"];
        options.OtlpProtocol = configuration["OTEL_EXPORTER_OTLP_PROTOCOL"] ?? options.OtlpProtocol;
        options.ServiceName = configuration["OTEL_SERVICE_NAME"] ?? application;
    }
}
