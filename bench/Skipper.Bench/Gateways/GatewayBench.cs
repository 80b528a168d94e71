using System.Net;
using Skipper.Bench.Rpc;
using Skipper.Bench.Running;

namespace Skipper.Bench.Gateways;

/// <summary>
/// <c>execute_sync</c> to an echo worker, against the least that ASP.NET can do: an endpoint that passes its body to the bare loop.
/// Both servers, both workers and the one load generator are in this process.
/// </summary>
internal static class GatewayBench
{
    private const int Rounds = 5;

    public static async Task RunAsync()
    {
        await using var worker = await SkipperEcho.StartAsync();
        await using var ours = await GatewayServer.StartAsync(worker.Queue);
        await using var bare = await BareEcho.StartAsync(acknowledge: true);
        await using var minimal = await MinimalServer.StartAsync(bare);

        foreach (var connections in (int[])[1, 16, 64])
        {
            using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = connections });
            Func<Task> callOurs = () => PostAsync(http, ours.Endpoint);
            Func<Task> callMinimal = () => PostAsync(http, minimal.Endpoint);
            await Load.RunAsync(callOurs, connections, 2_000);
            await Load.RunAsync(callMinimal, connections, 2_000);

            var results = (Ours: new List<LoadResult>(), Minimal: new List<LoadResult>());
            for (var round = 0; round < Rounds; round++)
            {
                results.Ours.Add(await Load.RunAsync(callOurs, connections, connections == 1 ? 2_000 : 8_000));
                results.Minimal.Add(await Load.RunAsync(callMinimal, connections, connections == 1 ? 2_000 : 8_000));
            }

            Print($"{connections} connections", "requests/s", result => result.PerSecond, higherIsBetter: true);
            Print($"{connections} connections, p50", "ms", result => result.MedianMilliseconds, higherIsBetter: false);
            Print($"{connections} connections, allocated", "bytes/request", result => result.BytesPerCall, higherIsBetter: false);

            void Print(string @case, string unit, Func<LoadResult, double> value, bool higherIsBetter) => Report.Print(
                "gateway",
                @case,
                unit,
                Median(results.Ours, value),
                new Dictionary<string, double> { ["minimal"] = Median(results.Minimal, value) },
                higherIsBetter);
        }
    }

    private static double Median(List<LoadResult> results, Func<LoadResult, double> value) =>
        results.Select(value).Order().ElementAt(results.Count / 2);

    private static async Task PostAsync(HttpClient http, Uri endpoint)
    {
        using var content = new ByteArrayContent(RpcBench.Body);
        content.Headers.ContentType = new("application/json");
        using var response = await http.PostAsync(endpoint, content);
        var answer = await response.Content.ReadAsByteArrayAsync();
        if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.Accepted) || answer.Length < RpcBench.Body.Length)
        {
            throw new InvalidOperationException($"{endpoint} answered {response.StatusCode} with {answer.Length} bytes.");
        }
    }
}
