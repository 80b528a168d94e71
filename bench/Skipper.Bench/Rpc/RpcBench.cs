using System.Text;
using Skipper.Bench.Running;

namespace Skipper.Bench.Rpc;

/// <summary>Our RPC client and worker against a bare RabbitMQ.Client loop and MassTransit's request client.</summary>
internal static class RpcBench
{
    private const int Rounds = 3;

    /// <summary>What every peer sends and echoes: a small request of the mesh.</summary>
    public static readonly byte[] Body =
        Encoding.UTF8.GetBytes("""{"task_type":"echo","payload":"0.2","data":{"rm":6.575,"lstat":4.98,"tax":296},"description":"bench"}""");

    public static async Task RunAsync()
    {
        await using var ours = await SkipperEcho.StartAsync();
        await using var bare = await BareEcho.StartAsync(acknowledge: true);
        await using var bareWithoutAck = await BareEcho.StartAsync(acknowledge: false);
        await using var massTransit = await MassTransitEcho.StartAsync();
        var peers = new Dictionary<string, IEcho>
        {
            ["ours"] = ours,
            ["bare"] = bare,
            ["bare_no_ack"] = bareWithoutAck,
            ["masstransit"] = massTransit,
        };

        foreach (var peer in peers.Values)
        {
            await Load.RunAsync(peer.CallAsync, 64, 5_000);
        }

        foreach (var inFlight in (int[])[1, 16, 64, 256])
        {
            await MeasureAsync(peers, inFlight);
        }
    }

    private static async Task MeasureAsync(Dictionary<string, IEcho> peers, int inFlight)
    {
        var results = peers.Keys.ToDictionary(name => name, _ => new List<LoadResult>());
        for (var round = 0; round < Rounds; round++)
        {
            // Peers take turns within a round, so that a noisy moment of the machine hits none alone.
            foreach (var (name, peer) in peers)
            {
                results[name].Add(await Load.RunAsync(peer.CallAsync, inFlight, inFlight == 1 ? 4_000 : 20_000));
            }
        }

        var load = $"{inFlight} in flight";
        Print($"{load}", "calls/s", result => result.PerSecond, higherIsBetter: true);
        Print($"{load}, p50", "ms", result => result.MedianMilliseconds, higherIsBetter: false);
        Print($"{load}, allocated", "bytes/call", result => result.BytesPerCall, higherIsBetter: false);

        void Print(string @case, string unit, Func<LoadResult, double> value, bool higherIsBetter)
        {
            var medians = results.ToDictionary(
                peer => peer.Key, peer => peer.Value.Select(value).Order().ElementAt(Rounds / 2));
            var ours = medians["ours"];
            medians.Remove("ours");
            Report.Print("rpc", @case, unit, ours, medians, higherIsBetter);
        }
    }
}
