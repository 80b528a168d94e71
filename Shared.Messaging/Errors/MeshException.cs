using System.Text.Json;

namespace Skipper.Shared.Messaging.Errors;

/// <summary>
/// An error that crosses the mesh with its code: thrown by a handler, sent as an error reply, thrown again at the
/// caller.
/// </summary>
public sealed class MeshException(ErrorCode code, string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>What went wrong.</summary>
    public ErrorCode Code { get; } = code;

    /// <summary>Whether the same request may succeed later. Default: as the code says.</summary>
    public bool Retryable { get; init; } = code.IsRetryable();

    /// <summary>Facts for machines, such as the column that was wrong; absent = none.</summary>
    public JsonElement? Details { get; init; }

    /// <summary>Whether the message is kept in <c>skipper.dead</c> although its caller is told, because somebody must look at it.</summary>
    public bool DeadLetter { get; init; }

    /// <summary>The queue whose worker failed; absent = the error was made by the caller's own process.</summary>
    public string? Service { get; init; }

    /// <summary>
    /// When to try again at the earliest, as <see cref="Details"/> says in <c>retry_after_seconds</c>; absent = not said.
    /// </summary>
    public int? RetryAfterSeconds =>
        Details is { ValueKind: JsonValueKind.Object } details
        && details.TryGetProperty("retry_after_seconds"u8, out var seconds)
        && seconds.ValueKind == JsonValueKind.Number
        && seconds.TryGetInt32(out var value)
        && value >= 0
            ? value
            : null;

    /// <summary>
    /// Whether the request was not even sent, or could not be delivered: repeating it at once would meet the same refusal.
    /// </summary>
    internal bool IsRefusal { get; init; }

    /// <summary>The request is wrong: say what was expected, what was found, and what to do.</summary>
    public static MeshException InvalidArgument(string message) => new(ErrorCode.InvalidArgument, message);

    /// <summary>What was named does not exist.</summary>
    public static MeshException NotFound(string message) => new(ErrorCode.NotFound, message);

    /// <summary>The state that the request needs is not there.</summary>
    public static MeshException FailedPrecondition(string message) => new(ErrorCode.FailedPrecondition, message);

    /// <summary>Nobody can answer now.</summary>
    public static MeshException Unavailable(string message, Exception? innerException = null) =>
        new(ErrorCode.Unavailable, message, innerException);

    /// <summary>There is nobody to ask.</summary>
    internal static MeshException NoWorker(string message) => new(ErrorCode.Unavailable, message) { IsRefusal = true };

    /// <summary>There is more to do already than can be done in time.</summary>
    internal static MeshException Refused(string message, int retryAfterSeconds) =>
        new(ErrorCode.ResourceExhausted, message)
        {
            IsRefusal = true,
            Details = JsonSerializer.SerializeToElement(new { retry_after_seconds = retryAfterSeconds }),
        };
}
