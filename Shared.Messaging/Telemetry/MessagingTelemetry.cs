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

    private static readonly Direction Client = new(
        Meter.CreateHistogram<double>("skipper.rpc.client.duration", "s", "Duration of calls by queue and code."),
        Meter.CreateUpDownCounter<long>("skipper.rpc.client.in_flight", "{call}", "Calls that wait for their reply, by queue."));

    private static readonly Direction Server = new(
        Meter.CreateHistogram<double>("skipper.rpc.server.duration", "s", "Duration of handled messages by queue, task type and code."),
        Meter.CreateUpDownCounter<long>("skipper.rpc.server.in_flight", "{message}", "Messages being handled, by queue."));

    private static readonly Counter<long> Sheds = Meter.CreateCounter<long>(
        "skipper.rpc.shed", "{call}", "Calls refused because too many were under way, by queue and code.");

    private static readonly Counter<long> Retries = Meter.CreateCounter<long>(
        "skipper.rpc.retries", "{call}", "Calls made once more, by queue and by the code that they failed with before.");

    private static readonly Counter<long> Reconnects = Meter.CreateCounter<long>(
        "skipper.rpc.reconnects", "{connection}", "Connections to the broker after the first.");

    private static readonly Counter<long> Dead = Meter.CreateCounter<long>(
        "skipper.rpc.dead", "{message}", "Messages that went to skipper.dead, by queue and code.");

    public static Measurement StartCall(string queue) =>
        new(Client, queue, taskType: null, Source.StartActivity("skipper.call", ActivityKind.Client));

    public static Measurement StartHandling(string queue, string taskType, string? traceParent) =>
        new(Server, queue, taskType, Source.HasListeners()
            ? Source.StartActivity("skipper.handle", ActivityKind.Server, traceParent)
            : null);

    /// <summary>A call was refused before it was made.</summary>
    public static void Shed(string queue, ErrorCode code) => Sheds.Add(1, Tags(queue, code));

    /// <summary>A call is made once more.</summary>
    /// <param name="queue">Its queue.</param>
    /// <param name="code">What it failed with before.</param>
    public static void Retried(string queue, ErrorCode code) => Retries.Add(1, Tags(queue, code));

    /// <summary>The connection to the broker was renewed.</summary>
    public static void Reconnected() => Reconnects.Add(1);

    /// <summary>A message went to <c>skipper.dead</c>.</summary>
    public static void Buried(string queue, ErrorCode code) => Dead.Add(1, Tags(queue, code));

    /// <summary>The trace context of the current span, or null where nobody traces.</summary>
    public static IReadOnlyDictionary<string, string>? TraceHeaders() =>
        Activity.Current is { IdFormat: ActivityIdFormat.W3C, Recorded: true, Id: { } id }
            ? new Dictionary<string, string> { [MessageHeaders.TraceParent] = id }
            : null;

    private static TagList Tags(string queue, ErrorCode code) => new() { { "queue", queue }, { "code", code.ToWire() } };

    /// <summary>What is measured on one side of a call.</summary>
    internal sealed record Direction(Histogram<double> Duration, UpDownCounter<long> InFlight);

    /// <summary>One call or message, from its start to <see cref="End"/>.</summary>
    internal readonly struct Measurement
    {
        private readonly Direction _direction;
        private readonly string _queue;
        private readonly string? _taskType;
        private readonly Activity? _activity;
        private readonly long _started;
        private readonly bool _counted;

        public Measurement(Direction direction, string queue, string? taskType, Activity? activity)
        {
            (_direction, _queue, _taskType, _activity) = (direction, queue, taskType, activity);
            _started = direction.Duration.Enabled ? Stopwatch.GetTimestamp() : 0;
            _counted = direction.InFlight.Enabled;
            if (_counted)
            {
                direction.InFlight.Add(1, new KeyValuePair<string, object?>("queue", queue));
            }
        }

        /// <summary>Records the outcome: null = it succeeded.</summary>
        public void End(ErrorCode? error)
        {
            var code = error?.ToWire() ?? "ok";
            // Whoever begins to listen during a call has missed its start.
            if (_counted)
            {
                _direction.InFlight.Add(-1, new KeyValuePair<string, object?>("queue", _queue));
            }

            if (_started != 0)
            {
                var tags = new TagList { { "queue", _queue }, { "code", code } };
                if (_taskType is not null)
                {
                    tags.Add("task_type", _taskType);
                }

                _direction.Duration.Record(Stopwatch.GetElapsedTime(_started).TotalSeconds, tags);
            }

            if (_activity is not null)
            {
                _activity.SetTag("messaging.system", "skipper");
                _activity.SetTag("messaging.destination.name", _queue);
                _activity.SetTag("skipper.code", code);
                if (_taskType is not null)
                {
                    _activity.SetTag("skipper.task_type", _taskType);
                }

                _activity.SetStatus(error is null ? ActivityStatusCode.Ok : ActivityStatusCode.Error);
                _activity.Dispose();
            }
        }
    }
}
