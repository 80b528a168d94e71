using Microsoft.Extensions.Options;

namespace Skipper.Shared.Messaging.Duplicates;

/// <summary>Answers in the memory of this process: bounded by time, number and size, gone when it stops.</summary>
internal sealed class ProcessMemory(IOptions<DuplicateOptions> options, TimeProvider time) : IAnswerMemory
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> _byKey = new(StringComparer.Ordinal);
    private readonly LinkedList<Entry> _byAge = [];
    private long _bytes;

    public ValueTask<RememberedAnswer?> FindAsync(string key, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            Forget();
            return new(_byKey.TryGetValue(key, out var node) ? node.Value.Answer : null);
        }
    }

    public ValueTask RememberAsync(string key, RememberedAnswer answer, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_byKey.TryGetValue(key, out var old))
            {
                Remove(old);
            }

            _byKey[key] = _byAge.AddLast(new Entry(key, answer, time.GetTimestamp()));
            _bytes += answer.Reply.Length;
            Forget();
        }

        return ValueTask.CompletedTask;
    }

    private void Forget()
    {
        var window = TimeSpan.FromSeconds(options.Value.WindowSeconds);
        while (_byAge.First is { } oldest
            && (time.GetElapsedTime(oldest.Value.At) >= window
                || _byKey.Count > options.Value.MaxAnswers
                || _bytes > options.Value.MaxMegabytes * 1024L * 1024L))
        {
            Remove(oldest);
        }
    }

    private void Remove(LinkedListNode<Entry> node)
    {
        _byAge.Remove(node);
        _byKey.Remove(node.Value.Key);
        _bytes -= node.Value.Answer.Reply.Length;
    }

    private sealed record Entry(string Key, RememberedAnswer Answer, long At);
}
