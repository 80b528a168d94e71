namespace Skipper.Shared.Messaging.DeadLetters;

/// <summary>A message that no handler could process.</summary>
public sealed record DeadLetter
{
    /// <summary>Its name, for replay and removal.</summary>
    public required string Id { get; init; }

    /// <summary>The queue it came from; absent where somebody else put it there without saying.</summary>
    public string? Queue { get; init; }

    /// <summary>Why it is dead: code and text; absent where somebody else put it there without saying.</summary>
    public string? Reason { get; init; }

    /// <summary>Correlation id of the request; absent where it had none.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>Since when it is dead, UTC; absent where unknown.</summary>
    public DateTimeOffset? DeadSince { get; init; }

    /// <summary>For how long it has been dead, in seconds; absent where unknown.</summary>
    public double? AgeSeconds { get; init; }

    /// <summary>Size of the body in bytes.</summary>
    public required int Size { get; init; }

    /// <summary>The first 256 bytes of the body, as text.</summary>
    public required string Body { get; init; }
}
