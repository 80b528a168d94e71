namespace Skipper.Gateway.Notifications;

/// <summary>Something to send, as it stands in the outbox.</summary>
internal sealed record Notification
{
    public const string Webhook = "webhook";
    public const string Mail = "mail";

    public long Id { get; init; }

    public required string Kind { get; init; }

    public Guid RunId { get; init; }

    /// <summary>Of a webhook the JSON of a <see cref="WebhookTarget"/>, of a mail its receivers.</summary>
    public required string Target { get; init; }

    public required string Body { get; init; }

    public int Tries { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>What became of an attempt to send.</summary>
/// <param name="IsSent">Whether the receiver has it.</param>
/// <param name="IsFinal">Whether it is over: sent, or another attempt would not help.</param>
/// <param name="Problem">Why it was not sent; without secrets.</param>
internal readonly record struct SendResult(bool IsSent, bool IsFinal, string? Problem)
{
    public static SendResult Sent => new(true, true, null);

    public static SendResult Failed(string problem) => new(false, false, problem);

    public static SendResult Refused(string problem) => new(false, true, problem);
}
