using System.Text;
using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Shared.Messaging.StepLogs;

/// <summary>
/// What was logged in one attempt and not sent yet. Bounded: who logs faster than it is sent loses the oldest lines, and a line in their
/// place says how many, because the last ones tell why something failed.
/// </summary>
internal sealed class StepLog
{
    public const int MostWaiting = 1000;
    public const int MostLines = 200;
    public const int MostBytes = 32 * 1024;
    public const int LongestLine = 4 * 1024;

    private static readonly AsyncLocal<StepLog?> Ambient = new();

    private readonly Lock _gate = new();
    private readonly Queue<StepLogLine> _waiting = new();
    private List<StepLogLine>? _batch;
    private StepLogLine? _lastDropped;
    private int _dropped;
    private int _seq;

    /// <summary>That of the attempt which this code is part of; null outside of attempts.</summary>
    public static StepLog? Current
    {
        get => Ambient.Value;
        set => Ambient.Value = value;
    }

    public void Add(DateTimeOffset at, string level, string message)
    {
        message = Cut(message);
        lock (_gate)
        {
            _waiting.Enqueue(new StepLogLine { Seq = ++_seq, At = at, Level = level, Message = message });
            if (_waiting.Count > MostWaiting)
            {
                _lastDropped = _waiting.Dequeue();
                _dropped++;
            }
        }
    }

    /// <summary>What to send next: the same again until it was <see cref="Sent"/>. Null = nothing.</summary>
    public IReadOnlyList<StepLogLine>? Next()
    {
        lock (_gate)
        {
            return _batch ??= _waiting.Count == 0 ? null : Take();
        }
    }

    /// <summary>What <see cref="Next"/> returned has arrived.</summary>
    public void Sent()
    {
        lock (_gate)
        {
            _batch = null;
        }
    }

    private List<StepLogLine> Take()
    {
        var batch = new List<StepLogLine>();
        var bytes = 0;
        if (_lastDropped is not null)
        {
            var lines = _dropped == 1 ? "1 line was" : $"{_dropped} lines were";
            batch.Add(_lastDropped with
            {
                Level = "warning",
                Message = $"{lines} dropped here: more than {MostWaiting} waited to be sent.",
            });
            (_lastDropped, _dropped) = (null, 0);
        }

        while (batch.Count < MostLines
            && _waiting.TryPeek(out var line)
            && (bytes += Encoding.UTF8.GetByteCount(line.Message)) <= MostBytes)
        {
            batch.Add(_waiting.Dequeue());
        }

        return batch;
    }

    private static string Cut(string message)
    {
        if (Encoding.UTF8.GetByteCount(message) <= LongestLine)
        {
            return message;
        }

        // Room for the mark at the end; the encoder stops before a character that would not fit as a whole.
        Span<byte> kept = stackalloc byte[LongestLine - 3];
        Encoding.UTF8.GetEncoder().Convert(message, kept, flush: false, out var characters, out _, out _);
        return $"{message.AsSpan(0, characters)}…";
    }
}
