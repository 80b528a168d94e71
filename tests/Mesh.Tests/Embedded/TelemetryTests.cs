using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Skipper.Standalone;
using Skipper.Testing;

namespace Skipper.Mesh.Tests.Embedded;

public sealed class TelemetryTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_trace_goes_from_http_through_messages_to_the_handler_and_its_sql_and_a_receiver_gets_it()
    {
        await using var receiver = await OtlpReceiver.StartAsync(Token);
        await using var storage = TestStorage.Sqlite();
        var trace = ActivityTraceId.CreateRandom();
        var spans = new ConcurrentQueue<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name.StartsWith("Skipper.", StringComparison.Ordinal) || source.Name == "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                if (activity.TraceId == trace)
                {
                    spans.Enqueue($"{activity.Source.Name}: {activity.OperationName}");
                }
            },
        };
        ActivitySource.AddActivityListener(listener);

        await using (var app = StandaloneMesh.Build([], builder =>
        {
            builder.Configuration.AddInMemoryCollection(storage.Settings);
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["Skipper:Telemetry:OtlpEndpoint"] = receiver.Address,
                ["Skipper:Telemetry:OtlpProtocol"] = "http/protobuf",
            });
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Logging.ClearProviders();
        }))
        {
            await app.StartAsync(Token);
            using var client = new MeshClient(new Uri(app.Urls.First()));
            await Eventually.TrueAsync(
                async () => (await client.GetAsync("/api/v1/skipper/datasets/housing")).Status == System.Net.HttpStatusCode.OK, "the sample is there", Token);
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(app.Urls.First() + "/api/v1/skipper/datasets/housing"));
            request.Headers.Add("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01");
            using var http = new HttpClient();
            using var answer = await http.SendAsync(request, Token);
            Assert.True(answer.IsSuccessStatusCode);
            await app.StopAsync(Token);
        }

        Assert.Contains("Microsoft.AspNetCore: Microsoft.AspNetCore.Hosting.HttpRequestIn", spans);
        Assert.Contains("Skipper.Messaging: skipper.call", spans);
        Assert.Contains("Skipper.Messaging: skipper.handle", spans);
        Assert.Contains("Skipper.Storage: read data", spans);
        Assert.Contains("skipper.handle", receiver.Received("traces"), StringComparison.Ordinal);
        Assert.Contains("read data", receiver.Received("traces"), StringComparison.Ordinal);
        Assert.Contains("db.client.operation.duration", receiver.Received("metrics"), StringComparison.Ordinal);
        Assert.Contains("http.server.request.duration", receiver.Received("metrics"), StringComparison.Ordinal);
        Assert.NotEqual("", receiver.Received("logs"));
    }
}
