using System.ComponentModel.DataAnnotations;
using OpenTelemetry.Exporter;

namespace Skipper.Shared.Messaging.Telemetry;

/// <summary>Where traces, metrics and logs are sent, if anywhere.</summary>
public sealed class TelemetryOptions : IValidatableObject
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Skipper:Telemetry";

    private const string Grpc = "grpc";
    private const string HttpProtobuf = "http/protobuf";

    /// <summary>
    /// Base address of an OTLP receiver, such as <c>http://127.0.0.1:4318</c>. Default: <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>; where that is
    /// absent too, nothing is collected and nothing is sent.
    /// </summary>
    public string? OtlpEndpoint { get; set; }

    /// <summary>
    /// <c>http/protobuf</c> or <c>grpc</c>. Default: <c>OTEL_EXPORTER_OTLP_PROTOCOL</c>; where that is absent too, http/protobuf.
    /// </summary>
    public string OtlpProtocol { get; set; } = HttpProtobuf;

    /// <summary>Name of this process in traces. Default: <c>OTEL_SERVICE_NAME</c>, else the application's name.</summary>
    public string? ServiceName { get; set; }

    /// <summary>How often metrics are sent. Seconds. Default: 30.</summary>
    [Range(0.1, 3600, ErrorMessage = "Skipper:Telemetry:MetricsSeconds must be between 0.1 and 3600")]
    public double MetricsSeconds { get; set; } = 30;

    internal bool IsOn => !string.IsNullOrWhiteSpace(OtlpEndpoint);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (IsOn && !(Uri.TryCreate(OtlpEndpoint, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
        {
            yield return new ValidationResult(
                $"{Section}:OtlpEndpoint (or OTEL_EXPORTER_OTLP_ENDPOINT) must be an http or https address, was '{OtlpEndpoint}'");
        }

        if (OtlpProtocol is not (HttpProtobuf or Grpc))
        {
            yield return new ValidationResult(
                $"{Section}:OtlpProtocol (or OTEL_EXPORTER_OTLP_PROTOCOL) must be {HttpProtobuf} or {Grpc}, was '{OtlpProtocol}'");
        }
    }

    /// <summary>Sets up an exporter for one signal: <c>traces</c>, <c>metrics</c> or <c>logs</c>.</summary>
    internal void Configure(OtlpExporterOptions exporter, string signal)
    {
        // An endpoint that is set in code is taken as it is, so the path of the signal is added here.
        var isHttp = OtlpProtocol == HttpProtobuf;
        exporter.Protocol = isHttp ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
        exporter.Endpoint = new Uri(isHttp ? $"{OtlpEndpoint!.TrimEnd('/')}/v1/{signal}" : OtlpEndpoint!);
    }
}
