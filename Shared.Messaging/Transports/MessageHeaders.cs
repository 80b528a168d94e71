namespace Skipper.Shared.Messaging.Transports;

/// <summary>Header names of the wire contract; every header is optional and ignored by skipper-lib.</summary>
public static class MessageHeaders
{
    /// <summary>Milliseconds the caller is ready to wait, counted from <see cref="IssuedAt"/>.</summary>
    public const string TimeoutMilliseconds = "x-skipper-timeout-ms";

    /// <summary>When the message was sent, Unix milliseconds.</summary>
    public const string IssuedAt = "x-skipper-issued-at";

    /// <summary>
    /// On a reply: <c>ok</c> or <c>error</c>; before the final one, where it was asked for, <c>progress</c> or <c>part</c>.
    /// </summary>
    public const string Status = "x-skipper-status";

    /// <summary>On a request: names the work, so that a worker that is asked twice can do it once.</summary>
    public const string IdempotencyKey = "x-skipper-idempotency-key";

    /// <summary>
    /// On a request: the durable run it executes a step of; a worker that knows this header claims before it works.
    /// </summary>
    public const string Run = "x-skipper-run";

    /// <summary>On the result of a step: the claim under which it was made.</summary>
    public const string Claim = "x-skipper-claim";

    /// <summary>Version of the wire contract, such as <c>1</c>; absent = 1.</summary>
    public const string Version = "x-skipper-v";

    /// <summary>On a request that was delivered again: how often its worker was lost before it was done.</summary>
    public const string Losses = "x-skipper-losses";

    /// <summary>On a dead message: its name among the dead letters.</summary>
    public const string DeadId = "x-skipper-dead-id";

    /// <summary>On a dead message: since when it is dead, Unix milliseconds.</summary>
    public const string DeadSince = "x-skipper-dead-since";

    /// <summary>On a dead message: why it is there.</summary>
    public const string DeadReason = "x-skipper-dead-reason";

    /// <summary>On a dead message: the queue it came from.</summary>
    public const string DeadQueue = "x-skipper-dead-queue";

    /// <summary>
    /// What the sender understands beyond skipper-lib: <c>claim-check</c>, <c>progress</c>, <c>parts</c>, separated by commas.
    /// </summary>
    public const string Accept = "x-skipper-accept";

    /// <summary>The body is in the payload store under this sha256; the body of the message only stands for it.</summary>
    public const string ClaimCheck = "x-skipper-claim-check";

    /// <summary>Size in bytes of the body that <see cref="ClaimCheck"/> names.</summary>
    public const string ClaimSize = "x-skipper-claim-size";

    /// <summary>On a part: its number, from 0. On the answer <c>taken</c> to it: how many parts were taken.</summary>
    public const string Part = "x-skipper-part";

    /// <summary>W3C trace context.</summary>
    public const string TraceParent = "traceparent";

    /// <summary>No headers.</summary>
    internal static IReadOnlyDictionary<string, string> None { get; } = new Dictionary<string, string>();
}
