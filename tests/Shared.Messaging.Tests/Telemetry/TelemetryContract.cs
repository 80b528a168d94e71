using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Skipper.Shared.Messaging.DeadLetters;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Messaging.Hosting;
using Skipper.Testing;

namespace Skipper.Shared.Messaging.Tests.Telemetry;

/// <summary>What can be seen of calls from outside, over every transport.</summary>
public abstract partial class TelemetryContract
{
    private const string Source = "Skipper.Messaging";

    private readonly string _queue = $"test_{Guid.NewGuid():N}";

    private protected abstract Task<MessagingProcess> StartAsync(
        Action<MessagingBuilder> register,
        Action<IServiceCollection>? services = null,
        IReadOnlyDictionary<string, string?>? settings = null);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Caller_call_and_handler_are_one_trace()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Source,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var process = await StartAsync(Handle);
        using var caller = new Activity("caller").SetIdFormat(ActivityIdFormat.W3C).Start();
        caller.ActivityTraceFlags = ActivityTraceFlags.Recorded;

        var inHandler = Encoding.UTF8.GetString((await CallAsync(process)).Span);

        Assert.Equal($"\"{caller.TraceId}\"", inHandler);
        Activity[] mine = [];
        await Eventually.TrueAsync(
            () => (mine = [.. spans.Where(span => span.TraceId == caller.TraceId)]).Length == 2, "both spans have ended", Token);
        var call = Assert.Single(mine, span => span.OperationName == "skipper.call");
        var handle = Assert.Single(mine, span => span.OperationName == "skipper.handle");
        Assert.Equal((caller.SpanId, call.SpanId), (call.ParentSpanId, handle.ParentSpanId));
        Assert.Equal((ActivityKind.Client, ActivityKind.Server), (call.Kind, handle.Kind));
        Assert.All(mine, span => Assert.Equal(_queue, span.GetTagItem("messaging.destination.name")));
        Assert.All(mine, span => Assert.Equal("ok", span.GetTagItem("skipper.code")));
    }

    [Fact]
    public async Task Calls_are_measured_by_queue_and_code()
    {
        var measured = new ConcurrentQueue<(string Name, double Value, Dictionary<string, object?> Tags)>();
        using var listener = Listen(measured);
        await using var process = await StartAsync(Handle);
        await CallAsync(process);
        await Assert.ThrowsAsync<MeshException>(() => CallAsync(process, """{"task_type":"unheard_of"}"""));
        await process.Services.GetRequiredService<DeadLetterQueue>().BuryAsync(_queue, new() { Body = default }, MeshException.InvalidArgument("bad"));
        var letter = (await process.Services.GetRequiredService<DeadLetterQueue>().ListAsync(100, Token)).First(found => found.Queue == _queue);
        await process.Services.GetRequiredService<DeadLetterQueue>().DeleteAsync(letter.Id, Token);

        await Eventually.TrueAsync(() => Of("skipper.rpc.server.duration").Count == 1, "the handler is done", Token);
        Assert.Equal(["ok", "invalid_argument"], Of("skipper.rpc.client.duration").Select(one => one.Tags["code"]));
        Assert.Equal("trace", Of("skipper.rpc.server.duration").Single().Tags["task_type"]);
        Assert.Equal([1, -1, 1, -1], Of("skipper.rpc.client.in_flight").Select(one => one.Value));
        Assert.Equal([1, -1], Of("skipper.rpc.server.in_flight").Select(one => one.Value));
        Assert.Equal("invalid_argument", Of("skipper.rpc.dead").Single().Tags["code"]);

        List<(string Name, double Value, Dictionary<string, object?> Tags)> Of(string name) =>
            [.. measured.Where(one => one.Name == name && _queue.Equals(one.Tags.GetValueOrDefault("queue")))];
    }

    [Fact]
    public async Task What_a_handler_logs_carries_the_ids_of_its_message()
    {
        using var log = new LogLines();
        await using var process = await StartAsync(
            messaging => messaging.Handle<RawJson, RawJson, LoggingHandler>(_queue, "log"),
            services => services.AddSingleton<ILoggerProvider>(log));
        var correlationId = Encoding.UTF8.GetString((await CallAsync(process, """{"task_type":"log"}""")).Span).Trim('"');

        var (_, scope) = Assert.Single(log.Entries, entry => entry.Text == "Worked");
        Assert.Equal((_queue, correlationId), (scope["Queue"], scope["CorrelationId"]));
        Assert.NotEmpty(correlationId);
    }

    [Fact]
    public async Task Telemetry_is_sent_where_a_receiver_is_configured()
    {
        await using var receiver = await OtlpReceiver.StartAsync(Token);
        var process = await StartAsync(Handle, settings: new Dictionary<string, string?>
        {
            ["Skipper:Telemetry:OtlpEndpoint"] = receiver.Address,
            ["Skipper:Telemetry:ServiceName"] = "worker-of-a-test",
        });
        await using (process)
        {
            await CallAsync(process);
        }

        // A process that stops sends what is left, so there is nothing to wait for.
        foreach (var name in (string[])["skipper.call", "skipper.handle", "worker-of-a-test", _queue])
        {
            Assert.Contains(name, receiver.Received("traces"), StringComparison.Ordinal);
        }

        foreach (var name in (string[])["skipper.rpc.client.duration", "skipper.rpc.server.duration", "skipper.rpc.client.in_flight", _queue])
        {
            Assert.Contains(name, receiver.Received("metrics"), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("OtlpEndpoint", "collector:4318", "must be an http or https address, was 'collector:4318'")]
    [InlineData("OtlpProtocol", "thrift", "must be http/protobuf or grpc, was 'thrift'")]
    public async Task A_setting_that_cannot_be_is_refused_at_start(string setting, string value, string reason)
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(() => StartAsync(Handle, settings: new Dictionary<string, string?>
        {
            [$"Skipper:Telemetry:{setting}"] = value,
        }));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    private void Handle(MessagingBuilder messaging) => messaging.Handle<RawJson, RawJson, TraceHandler>(_queue, "trace");

    private Task<ReadOnlyMemory<byte>> CallAsync(MessagingProcess process, string body = """{"task_type":"trace"}""") =>
        process.Client.CallAsync(_queue, Encoding.UTF8.GetBytes(body), cancellationToken: Token);

    private static MeterListener Listen(ConcurrentQueue<(string Name, double Value, Dictionary<string, object?> Tags)> measured)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == Source)
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) =>
            measured.Enqueue((instrument.Name, value, tags.ToArray().ToDictionary())));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
            measured.Enqueue((instrument.Name, value, tags.ToArray().ToDictionary())));
        listener.Start();
        return listener;
    }

    private sealed class TraceHandler : IMessageHandler<RawJson, RawJson>
    {
        public Task<RawJson> HandleAsync(RawJson message, MessageContext context, CancellationToken cancellationToken) =>
            Task.FromResult(new RawJson(Encoding.UTF8.GetBytes($"\"{Activity.Current?.TraceId}\"")));
    }

    private sealed partial class LoggingHandler(ILogger<LoggingHandler> logger) : IMessageHandler<RawJson, RawJson>
    {
        public Task<RawJson> HandleAsync(RawJson message, MessageContext context, CancellationToken cancellationToken)
        {
            LogWorked();
            return Task.FromResult(new RawJson(Encoding.UTF8.GetBytes($"\"{context.CorrelationId}\"")));
        }

        [LoggerMessage(LogLevel.Warning, "Worked")]
        private partial void LogWorked();
    }
}
