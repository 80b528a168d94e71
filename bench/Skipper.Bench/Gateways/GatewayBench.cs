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
    public static async Task RunAsync()
    {
        await using var worker = await SkipperEcho.StartAsync();
        await using var ours = await GatewayServer.StartAsync(worker.Queue);
        await using var bare = await BareEcho.StartAsync(acknowledge: true);
        await using var minimal = await MinimalServer.StartAsync(bare);

        foreach (var connections in (int[])[1, 16, 64])
        {
            using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = connections });
            var contest = new Contest("gateway", "request", new Dictionary<string, Func<Task>>
            {
                ["ours"] = () => PostAsync(http, ours.Endpoint),
                ["minimal"] = () => PostAsync(http, minimal.Endpoint),
            });
            await contest.WarmUpAsync(connections);
            await contest.RunAsync($"{connections} connections", connections, connections == 1 ? 2_000 : 8_000);
        }
    }

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
