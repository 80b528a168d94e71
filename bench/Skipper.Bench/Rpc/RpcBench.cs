using System.Text;
using Skipper.Bench.Running;

namespace Skipper.Bench.Rpc;

/// <summary>Our RPC client and worker against a bare RabbitMQ.Client loop and MassTransit's request client.</summary>
internal static class RpcBench
{
    /// <summary>What every peer sends and echoes: a small request of the mesh.</summary>
    public static readonly byte[] Body =
        Encoding.UTF8.GetBytes("""{"task_type":"echo","payload":"0.2","data":{"rm":6.575,"lstat":4.98,"tax":296},"description":"bench"}""");

    public static async Task RunAsync()
    {
        await using var ours = await SkipperEcho.StartAsync();
        await using var bare = await BareEcho.StartAsync(acknowledge: true);
        await using var bareWithoutAck = await BareEcho.StartAsync(acknowledge: false);
        await using var massTransit = await MassTransitEcho.StartAsync();
        var contest = new Contest("rpc", "call", new Dictionary<string, Func<Task>>
        {
            ["ours"] = ours.CallAsync,
            ["bare"] = bare.CallAsync,
            ["bare_no_ack"] = bareWithoutAck.CallAsync,
            ["masstransit"] = massTransit.CallAsync,
        });

        await contest.WarmUpAsync(64);
        foreach (var inFlight in (int[])[1, 16, 64, 256])
        {
            await contest.RunAsync($"{inFlight} in flight", inFlight, inFlight == 1 ? 2_000 : 10_000);
        }
    }
}
