using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Skipper.Bench.Gateways;
using Skipper.Bench.Rpc;
using Skipper.Bench.Running;

namespace Skipper.Bench.Serving;

/// <summary>
/// Predictions of 100 trees over 13 features by the serving service on the broker: single rows against a worker that only sends its
/// request back (<c>echo</c>); bundles against the same bytes handled in one process without any mesh (<c>inprocess</c>); and single
/// rows over HTTP, through the gateway, against FastAPI as its documentation writes it (<c>fastapi</c>) and as fast as it gets on this machine
/// (<c>fastapi_tuned</c>), see <see cref="FastApiServer"/>. Broker, workers, gateway and the load share the machine with whoever is measured.
/// </summary>
internal static class ServingBench
{
    private const int BundleRows = 1000;

    // Other rows each time: the same ones would teach the processor the way through the trees.
    private const int Requests = 512;

    // As many as the serving service's worker has in hand.
    private const int EchoConcurrency = 128;

    /// <param name="part"><c>single</c>, <c>bundle</c> or <c>http</c>; null = all.</param>
    public static async Task RunAsync(string? part)
    {
        var parts = new Dictionary<string, Func<BenchModel, ServingHost, Task>>
        {
            ["single"] = SinglesAsync,
            ["bundle"] = BundlesAsync,
            ["http"] = HttpAsync,
        };
        var model = BenchModel.Train();
        await using var serving = await ServingHost.StartAsync(model);
        foreach (var (_, run) in parts.Where(known => part is null || known.Key == part))
        {
            await run(model, serving);
        }
    }

    private static async Task SinglesAsync(BenchModel model, ServingHost serving)
    {
        await using var echo = await SkipperEcho.StartAsync(EchoConcurrency);
        byte[][] requests = [.. Enumerable.Range(0, Requests).Select(row => ServingHost.Request(model.Object(row)))];
        var next = 0;
        var contest = new Contest("serving", "row", new Dictionary<string, Func<Task>>
        {
            ["ours"] = () => serving.CallAsync(requests[Interlocked.Increment(ref next) % Requests]),
            ["echo"] = echo.CallAsync,
        });
        await contest.WarmUpAsync(64);
        foreach (var inFlight in (int[])[1, 16, 64, 256])
        {
            await contest.RunAsync($"{inFlight} in flight", inFlight, inFlight == 1 ? 1_500 : 6_000);
        }
    }

    private static async Task BundlesAsync(BenchModel model, ServingHost serving)
    {
        using var limit = new InProcessLimit(model);
        foreach (var (form, write) in new (string, Func<int, string>)[] { ("objects", model.Object), ("arrays", model.Array) })
        {
            byte[][] requests = [.. Enumerable.Range(0, 8).Select(bundle => ServingHost.Bundle(
                Enumerable.Range(bundle * BundleRows, BundleRows).Select(write)))];
            RequireSame(await serving.CallAsync(requests[0]), limit.Predict(requests[0]));
            var next = 0;
            var contest = new Contest("serving", "bundle", new Dictionary<string, Func<Task>>
            {
                ["ours"] = () => serving.CallAsync(requests[Interlocked.Increment(ref next) % requests.Length]),
                ["inprocess"] = () => Task.FromResult(limit.Predict(requests[Interlocked.Increment(ref next) % requests.Length])),
            });
            foreach (var inFlight in (int[])[1, 4])
            {
                await contest.RunAsync($"bundle of {BundleRows} {form}, {inFlight} in flight", inFlight, 200);
            }
        }
    }

    private static async Task HttpAsync(BenchModel model, ServingHost serving)
    {
        const int Connections = 64;
        await using var gateway = await GatewayServer.StartAsync("bench_none");
        await using var plain = await FastApiServer.StartAsync(model, FastApiServer.Plain);
        await using var tuned = await FastApiServer.StartAsync(model, FastApiServer.Tuned);
        var predict = new Uri(gateway.Endpoint, $"/api/v1/skipper/predict/{BenchModel.Name}");
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Connections });
        byte[][] theirs = [.. Enumerable.Range(0, Requests).Select(row => Encoding.UTF8.GetBytes(model.Object(row)))];
        byte[][] ours = [.. Enumerable.Range(0, Requests).Select(row => Encoding.UTF8.GetBytes($$"""{"rows":[{{model.Object(row)}}]}"""))];
        var price = (await PostAsync(http, predict, ours[7])).GetProperty("predictions")[0];
        RequireClose(price, await PostAsync(http, plain.Endpoint, theirs[7]));
        RequireClose(price, await PostAsync(http, tuned.Endpoint, theirs[7]));
        var next = 0;
        var contest = new Contest("serving", "request", new Dictionary<string, Func<Task>>
        {
            ["ours"] = () => PostAsync(http, predict, ours[Interlocked.Increment(ref next) % Requests]),
            ["fastapi"] = () => PostAsync(http, plain.Endpoint, theirs[Interlocked.Increment(ref next) % Requests]),
            ["fastapi_tuned"] = () => PostAsync(http, tuned.Endpoint, theirs[Interlocked.Increment(ref next) % Requests]),
        });
        await contest.RunAsync($"{Connections} connections", Connections, 1_000);
    }

    private static async Task<JsonElement> PostAsync(HttpClient http, Uri endpoint, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await http.PostAsync(endpoint, content);
        var answer = await response.Content.ReadAsByteArrayAsync();
        return response.IsSuccessStatusCode
            ? JsonElement.Parse(answer)
            : throw new InvalidOperationException($"{endpoint} answered {response.StatusCode}: {Encoding.UTF8.GetString(answer)}");
    }

    // A race between different answers would prove nothing.
    private static void RequireSame(ReadOnlyMemory<byte> ours, ReadOnlyMemory<byte> theirs)
    {
        var (left, right) = (Prices(ours), Prices(theirs));
        if (left.GetArrayLength() != BundleRows || right.GetArrayLength() != BundleRows)
        {
            throw new InvalidOperationException($"Expected {BundleRows} predictions: {Encoding.UTF8.GetString(ours.Span)}");
        }

        for (var row = 0; row < BundleRows; row++)
        {
            RequireClose(left[row], right[row]);
        }

        static JsonElement Prices(ReadOnlyMemory<byte> answer) => JsonElement.Parse(answer.Span).GetProperty("predictions");
    }

    private static void RequireClose(JsonElement ours, JsonElement theirs)
    {
        var (left, right) = (ours.GetProperty("price").GetDouble(), theirs.GetProperty("price").GetDouble());
        if (!(Math.Abs(left - right) <= 1e-4 * Math.Max(1, Math.Abs(right))))
        {
            throw new InvalidOperationException($"Ours predicts {left}, the peer {right} for the same row.");
        }
    }
}
