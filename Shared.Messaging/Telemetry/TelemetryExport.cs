using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Skipper.Shared.Messaging.Telemetry;

/// <summary>Sends traces and metrics while the process runs, and what is left when it stops.</summary>
internal sealed class TelemetryExport(IOptions<TelemetryOptions> options) : IHostedService, IDisposable
{
    // Of every library and service of the mesh.
    private const string OwnNames = "Skipper.*";

    private const int FlushMilliseconds = 5000;

    private TracerProvider? _traces;
    private MeterProvider? _metrics;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var resource = TelemetryHosting.ResourceOf(options.Value);
        _traces = Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(resource)
            .AddSource(OwnNames, "Microsoft.AspNetCore", "MassTransit")
            .AddOtlpExporter(exporter => options.Value.Configure(exporter, "traces"))
            .Build();
        _metrics = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(resource)
            .AddMeter(OwnNames, "Microsoft.AspNetCore.Hosting", "System.Runtime")
            .AddOtlpExporter((exporter, reader) =>
            {
                options.Value.Configure(exporter, "metrics");
                reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = (int)(options.Value.MetricsSeconds * 1000);
            })
            .Build();
        return Task.CompletedTask;
    }

    // It starts first and stops last, so that it sees how the others end. A receiver that is away must not hold the process up.
    public Task StopAsync(CancellationToken cancellationToken) => Task.WhenAll(
        Task.Run(() => _traces?.ForceFlush(FlushMilliseconds), cancellationToken),
        Task.Run(() => _metrics?.ForceFlush(FlushMilliseconds), cancellationToken));

    public void Dispose()
    {
        _traces?.Dispose();
        _metrics?.Dispose();
    }
}
