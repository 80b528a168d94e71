using Skipper.Shared.Messaging.Errors;

namespace Skipper.Shared.Messaging.Handlers;

/// <summary>All handlers of a process, checked at start.</summary>
internal sealed class HandlerRegistry
{
    private readonly Dictionary<(string Queue, string TaskType), HandlerRegistration> _handlers = [];
    private readonly Dictionary<string, HandlerRegistration> _fallbacks = [];
    private readonly Dictionary<string, int> _concurrency;

    public HandlerRegistry(IEnumerable<HandlerRegistration> registrations, IEnumerable<QueueConcurrency> concurrency)
    {
        foreach (var registration in registrations)
        {
            if (!_handlers.TryAdd((registration.Queue, registration.TaskType), registration))
            {
                throw new InvalidOperationException(
                    $"Two handlers for {registration.TaskType} on {registration.Queue}: {registration.Handler} and "
                    + $"{_handlers[(registration.Queue, registration.TaskType)].Handler}. Register one.");
            }

            if (registration.Fallback && !_fallbacks.TryAdd(registration.Queue, registration))
            {
                throw new InvalidOperationException($"Two fallback handlers on {registration.Queue}. Register one.");
            }
        }

        _concurrency = concurrency.ToDictionary(limit => limit.Queue, limit => limit.Limit);
    }

    public IEnumerable<string> Queues => _handlers.Keys.Select(key => key.Queue).Distinct();

    public int Concurrency(string queue) => _concurrency.GetValueOrDefault(queue, 4 * Environment.ProcessorCount);

    public HandlerRegistration Find(string queue, string taskType) =>
        _handlers.TryGetValue((queue, taskType), out var handler) || _fallbacks.TryGetValue(queue, out handler)
            ? handler
            : throw Unknown(queue, taskType);

    private MeshException Unknown(string queue, string taskType)
    {
        var known = _handlers.Keys.Where(key => key.Queue == queue).Select(key => key.TaskType).Order(StringComparer.Ordinal);
        return MeshException.InvalidArgument(
            $"Unknown task_type '{taskType}' on {queue}; known are: {string.Join(", ", known)}.");
    }
}

/// <summary>How many messages of a queue are handled at a time.</summary>
internal sealed record QueueConcurrency(string Queue, int Limit);
