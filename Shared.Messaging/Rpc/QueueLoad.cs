using Skipper.Shared.Messaging.Errors;

namespace Skipper.Shared.Messaging.Rpc;

/// <summary>
/// What this process has under way at one queue, and from that, how long one more call would wait. A call that would wait for longer
/// than it can is refused at once: that costs nothing, and leaves the workers to calls that can still be answered in time.
/// </summary>
internal sealed class QueueLoad(string queue, TimeProvider time)
{
    // A rate of a few calls says nothing; slow workers get as long as it takes.
    private const int EnoughCalls = 16;
    private const double Weight = 0.3;

    // The rate goes up and down; a call that is accepted and then comes too late was work for nothing.
    private const double Margin = 0.75;

    private static readonly TimeSpan LongestWindow = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Validity = TimeSpan.FromSeconds(3);

    private int _inFlight;
    private long _completed;
    private int _waiting;
    private int _inFlightThen;
    private long _observedAt = long.MinValue / 2;
    private double _rate;
    private long _windowStart;
    private long _windowCompleted;

    public RetryBudget Retries { get; } = new();

    /// <summary>Counts a call in; <see cref="Leave"/> counts it out.</summary>
    public int Enter() => Interlocked.Increment(ref _inFlight);

    public void Leave() => Interlocked.Decrement(ref _inFlight);

    /// <summary>A call was answered, in whatever way.</summary>
    public void Completed() => Interlocked.Increment(ref _completed);

    /// <summary>Takes note of how many messages wait in the queue.</summary>
    public void Observe(int waiting)
    {
        var now = time.GetTimestamp();
        var completed = Interlocked.Read(ref _completed);
        var elapsed = time.GetElapsedTime(_windowStart, now);
        if (waiting == 0 || _waiting == 0 || !IsValid(now))
        {
            // Only a queue that does not run dry shows how fast its workers are: here it was the callers who were slow.
            Volatile.Write(ref _rate, 0);
            (_windowStart, _windowCompleted) = (now, completed);
        }
        else if (completed - _windowCompleted >= EnoughCalls || elapsed >= LongestWindow)
        {
            var rate = (completed - _windowCompleted) / elapsed.TotalSeconds;
            Volatile.Write(ref _rate, _rate == 0 ? rate : _rate + (Weight * (rate - _rate)));
            (_windowStart, _windowCompleted) = (now, completed);
        }

        Volatile.Write(ref _waiting, waiting);
        Volatile.Write(ref _inFlightThen, Volatile.Read(ref _inFlight));
        Volatile.Write(ref _observedAt, now);
    }

    /// <summary>Refuses a call that could not be answered in time.</summary>
    /// <param name="inFlight">What <see cref="Enter"/> answered.</param>
    /// <param name="limit">How many calls may be in flight.</param>
    /// <param name="budget">How long the call waits.</param>
    /// <exception cref="MeshException"><see cref="ErrorCode.ResourceExhausted"/>, with a hint when to come again.</exception>
    public void RequireRoom(int inFlight, int limit, TimeSpan budget)
    {
        if (inFlight > limit)
        {
            throw MeshException.Refused($"{limit} calls to {queue} are in flight already. Retry later.", retryAfterSeconds: 1);
        }

        if (EstimatedWait() is { } wait && wait > budget * Margin)
        {
            throw MeshException.Refused(
                $"A call to {queue} would wait for about {wait.TotalSeconds:0.#} s, too long for one that has {budget.TotalSeconds:0.#} s. Retry later.",
                (int)Math.Clamp(Math.Ceiling((wait - (budget * Margin)).TotalSeconds), 1, 60));
        }
    }

    /// <summary>
    /// How long one more call would wait for a worker; null where that is not known. Since the queue was looked at, it has grown by what
    /// we have sent more than was answered. Of the waiting messages only as many count as are our own: those of other callers leave at a
    /// rate that is not seen from here.
    /// </summary>
    public TimeSpan? EstimatedWait()
    {
        var rate = Volatile.Read(ref _rate);
        if (rate <= 0 || !IsValid(time.GetTimestamp()))
        {
            return null;
        }

        var inFlight = Volatile.Read(ref _inFlight);
        var waiting = Volatile.Read(ref _waiting) + inFlight - Volatile.Read(ref _inFlightThen);
        return TimeSpan.FromSeconds(Math.Clamp(waiting, 0, inFlight) / rate);
    }

    private bool IsValid(long now) => time.GetElapsedTime(Volatile.Read(ref _observedAt), now) < Validity;
}
