namespace Skipper.Gateway.Pushes;

/// <summary>A push and what became of it.</summary>
internal sealed record Push
{
    public string Subscription { get; init; } = "";

    /// <summary>Of a malformed push, which may have none: the digest of its body.</summary>
    public string MessageId { get; init; } = "";

    /// <summary>What was to be preprocessed.</summary>
    public string Kind { get; init; } = "";

    public string State { get; init; } = "";

    /// <summary>Digest of the payload, or of the whole body of a malformed push; absent where there was no payload.</summary>
    public string? Artifact { get; init; }

    /// <summary>The answer to the push, JSON.</summary>
    public string? Answer { get; init; }

    /// <summary>Why it was not done.</summary>
    public string? Reason { get; init; }

    public DateTimeOffset ReceivedAt { get; init; }
}

/// <summary>What becomes of pushes.</summary>
internal static class PushState
{
    public const string Done = "done";

    /// <summary>Its payload will never do.</summary>
    public const string Failed = "failed";

    /// <summary>It is not a push.</summary>
    public const string Malformed = "malformed";
}
