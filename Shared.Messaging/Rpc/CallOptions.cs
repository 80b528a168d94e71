namespace Skipper.Shared.Messaging.Rpc;

/// <summary>What a caller may say about one call; a duration alone is its <see cref="Timeout"/>.</summary>
public readonly record struct CallOptions
{
    /// <summary>
    /// How long to wait; absent = <see cref="Hosting.MessagingOptions.Timeout"/>. Never longer than the caller's own deadline.
    /// </summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>
    /// Names the work, so that a worker that is asked twice can do it once. A call with a key may be repeated after a failure that
    /// leaves open whether it was processed; without one only calls marked as idempotent are. Absent = none.
    /// </summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>The options of a call that says only how long it waits.</summary>
    public static CallOptions FromTimeSpan(TimeSpan? timeout) => new() { Timeout = timeout };

    /// <inheritdoc cref="FromTimeSpan"/>
    public static implicit operator CallOptions(TimeSpan? timeout) => FromTimeSpan(timeout);
}
