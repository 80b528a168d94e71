using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Serving.Lanes;

/// <summary>What came of the requests for a version, by Triton's reasons; safe for several threads.</summary>
internal sealed class RequestCounters
{
    private static readonly string[] Reasons = ["rejected", "canceled", "backend", "other"];

    private readonly long[] _failures = new long[Reasons.Length];
    private readonly Sum _success = new();
    private readonly Sum _fail = new();
    private readonly Sum _reading = new();
    private int _pending;
    private long _last;

    public int Pending => Volatile.Read(ref _pending);

    public RequestTimes Success => _success.Times;

    public RequestTimes Fail => _fail.Times;

    /// <summary>From finding the model to its rows as numbers.</summary>
    public RequestTimes Reading => _reading.Times;

    public IReadOnlyDictionary<string, long> Failures =>
        Reasons.Select((name, reason) => (name, Interlocked.Read(ref _failures[reason]))).ToDictionary();

    /// <summary>When a request was last answered; null = never.</summary>
    public DateTimeOffset? Last => Interlocked.Read(ref _last) is > 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    public void Begin() => Interlocked.Increment(ref _pending);

    public void Read(TimeSpan elapsed) => _reading.Add(elapsed);

    public void Succeed(TimeSpan elapsed, DateTimeOffset now)
    {
        Interlocked.Decrement(ref _pending);
        _success.Add(elapsed);
        Interlocked.Exchange(ref _last, now.UtcTicks);
    }

    public void FailWith(Exception failure, TimeSpan elapsed)
    {
        Interlocked.Decrement(ref _pending);
        _fail.Add(elapsed);
        Interlocked.Increment(ref _failures[failure switch
        {
            MeshException { Code: ErrorCode.ResourceExhausted or ErrorCode.DeadlineExceeded } => 0,
            OperationCanceledException => 1,
            MeshException { Code: not (ErrorCode.Internal or ErrorCode.Unavailable) } => 3,
            _ => 2,
        }]);
    }

    private sealed class Sum
    {
        private long _count;
        private long _ticks;

        public RequestTimes Times => new(Interlocked.Read(ref _count), Interlocked.Read(ref _ticks) * TimeSpan.NanosecondsPerTick);

        public void Add(TimeSpan elapsed)
        {
            Interlocked.Increment(ref _count);
            Interlocked.Add(ref _ticks, elapsed.Ticks);
        }
    }
}
