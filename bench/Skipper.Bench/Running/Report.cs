using System.Text.Json;

namespace Skipper.Bench.Running;

/// <summary>Prints one JSON object per line; a ratio above 1 says that ours is better.</summary>
internal static class Report
{
    public static void Print(
        string bench, string @case, string unit, double ours, IReadOnlyDictionary<string, double> peers, bool higherIsBetter) =>
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            bench,
            @case,
            unit,
            ours = Math.Round(ours, 3),
            peers = peers.ToDictionary(peer => peer.Key, peer => Math.Round(peer.Value, 3)),
            ratio = peers.ToDictionary(
                peer => peer.Key, peer => Math.Round(higherIsBetter ? ours / peer.Value : peer.Value / ours, 3)),
        }));
}
