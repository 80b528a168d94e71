using System.Text.Json;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Data.Splits;

/// <summary>
/// The splits that were made last: all trials of a search ask for the same one. Nothing of it can be out of date, as neither versions nor
/// artifacts ever change.
/// </summary>
internal sealed class SplitMemory
{
    private const int Most = 64;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, RawJson> _replies = [];
    private readonly Queue<string> _order = [];

    /// <summary>What a split is known by: everything that it follows from.</summary>
    public static string KeyOf(DatasetVersion version, SplitDataset request) => JsonSerializer.Serialize(
        new { version.Name, version.Version, version.Digest, Request = request }, MessageJson.Options);

    public RawJson? Find(string key)
    {
        lock (_gate)
        {
            return _replies.TryGetValue(key, out var reply) ? reply : null;
        }
    }

    public void Add(string key, RawJson reply)
    {
        lock (_gate)
        {
            if (!_replies.TryAdd(key, reply))
            {
                return;
            }

            _order.Enqueue(key);
            if (_order.Count > Most)
            {
                _replies.Remove(_order.Dequeue());
            }
        }
    }
}
