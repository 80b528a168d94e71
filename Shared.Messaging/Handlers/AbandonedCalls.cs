using System.Collections.Concurrent;
using Skipper.Shared.Messaging.Transports;

namespace Skipper.Shared.Messaging.Handlers;

/// <summary>The calls given up last, so that a request that arrives after its cancellation is not worked on.</summary>
internal sealed class AbandonedCalls
{
    private const int Capacity = 4096;

    private readonly ConcurrentDictionary<CallId, byte> _calls = new();
    private readonly ConcurrentQueue<CallId> _order = new();

    public void Add(CallId call)
    {
        if (!_calls.TryAdd(call, 0))
        {
            return;
        }

        _order.Enqueue(call);
        while (_order.Count > Capacity && _order.TryDequeue(out var oldest))
        {
            _calls.TryRemove(oldest, out _);
        }
    }

    public bool Contains(CallId call) => _calls.ContainsKey(call);
}
