namespace Skipper.Shared.Messaging.Errors;

/// <summary>Wire names of <see cref="ErrorCode"/>.</summary>
public static class ErrorCodes
{
    /// <summary>The name that stands in the <c>code</c> member of an error reply.</summary>
    public static string ToWire(this ErrorCode code) => code switch
    {
        ErrorCode.InvalidArgument => "invalid_argument",
        ErrorCode.NotFound => "not_found",
        ErrorCode.AlreadyExists => "already_exists",
        ErrorCode.FailedPrecondition => "failed_precondition",
        ErrorCode.ResourceExhausted => "resource_exhausted",
        ErrorCode.Unavailable => "unavailable",
        ErrorCode.DeadlineExceeded => "deadline_exceeded",
        ErrorCode.Cancelled => "cancelled",
        ErrorCode.Unauthenticated => "unauthenticated",
        ErrorCode.PermissionDenied => "permission_denied",
        _ => "internal",
    };

    /// <summary>
    /// The code of a wire name; an unknown name is <see cref="ErrorCode.Internal"/>, because newer peers may know more
    /// codes.
    /// </summary>
    public static ErrorCode FromWire(string? name) => name switch
    {
        "invalid_argument" => ErrorCode.InvalidArgument,
        "not_found" => ErrorCode.NotFound,
        "already_exists" => ErrorCode.AlreadyExists,
        "failed_precondition" => ErrorCode.FailedPrecondition,
        "resource_exhausted" => ErrorCode.ResourceExhausted,
        "unavailable" => ErrorCode.Unavailable,
        "deadline_exceeded" => ErrorCode.DeadlineExceeded,
        "cancelled" => ErrorCode.Cancelled,
        "unauthenticated" => ErrorCode.Unauthenticated,
        "permission_denied" => ErrorCode.PermissionDenied,
        _ => ErrorCode.Internal,
    };

    /// <summary>Whether the same request may succeed later.</summary>
    public static bool IsRetryable(this ErrorCode code) => code is ErrorCode.Unavailable or ErrorCode.ResourceExhausted;
}
