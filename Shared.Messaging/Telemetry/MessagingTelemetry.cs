using System.Diagnostics;
using System.Diagnostics.Metrics;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Transports;

namespace Skipper.Shared.Messaging.Telemetry;

/// <summary>The library's spans and metrics: source and meter <c>Skipper.Messaging</c>.</summary>
internal static class MessagingTelemetry
{
    public const string Name = "Skipper.Messaging";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);

    private static readonly Histogram<double> CallDuration =
        Meter.CreateHistogram<double>("skipper.rpc.client.duration", "s", "Duration of calls by queue and code.");

    private static readonly Histogram<double> HandlingDuration =
        Meter.CreateHistogram<double>("skipper.rpc.server.duration", "s", "Duration of handled messages by queue, task type and code.");

    public static Measurement StartCall(string queue) =>
        new(CallDuration, queue, taskType: null, Source.StartActivity("skipper.call", ActivityKind.Client));

    public static Measurement StartHandling(string queue, string taskType, string? traceParent) =>
        new(HandlingDuration, queue, taskType, Source.HasListeners()
            ? Source.StartActivity("skipper.handle", ActivityKind.Server, traceParent)
            : null);

    /// <summary>The trace context of the current span, or null where nobody traces.</summary>
    public static IReadOnlyDictionary<string, string>? TraceHeaders() =>
        Activity.Current is { IdFormat: ActivityIdFormat.W3C, Recorded: true, Id: { } id }
            ? new Dictionary<string, string> { [MessageHeaders.TraceParent] = id }
            : null;

    /// <summary>One call or message, from its start to <see cref="End"/>.</summary>
    internal readonly struct Measurement(Histogram<double> histogram, string queue, string? taskType, Activity? activity)
    {
        private readonly long _started = histogram.Enabled ? Stopwatch.GetTimestamp() : 0;

        /// <summary>Records the outcome: null = it succeeded.</summary>
        public void End(ErrorCode? error)
        {
            var code = error?.ToWire() ?? "ok";
            if (histogram.Enabled)
            {
                var tags = new TagList { { "queue", queue }, { "code", code } };
                if (taskType is not null)
                {
                    tags.Add("task_type", taskType);
                }

                histogram.Record(Stopwatch.GetElapsedTime(_started).TotalSeconds, tags);
            }

            if (activity is not null)
            {
                activity.SetTag("messaging.destination.name", queue);
                activity.SetTag("skipper.code", code);
                activity.SetStatus(error is null ? ActivityStatusCode.Ok : ActivityStatusCode.Error);
                activity.Dispose();
            }
        }
    }
}
