namespace Skipper.Shared.Messaging.Errors;

/// <summary>
/// What went wrong, in the words of gRPC's status codes; on the wire in snake_case (<c>invalid_argument</c>).
/// </summary>
public enum ErrorCode
{
    /// <summary>A fault of the worker that no caller can mend.</summary>
    Internal,

    /// <summary>The request is wrong and will stay wrong.</summary>
    InvalidArgument,

    /// <summary>What was named does not exist.</summary>
    NotFound,

    /// <summary>What should be made exists already.</summary>
    AlreadyExists,

    /// <summary>The request is right, but the state it needs is not there.</summary>
    FailedPrecondition,

    /// <summary>A limit is reached; retry later.</summary>
    ResourceExhausted,

    /// <summary>Nobody can answer now; retry later.</summary>
    Unavailable,

    /// <summary>No answer before the deadline.</summary>
    DeadlineExceeded,

    /// <summary>The caller or an operator stopped it.</summary>
    Cancelled,

    /// <summary>No valid credentials.</summary>
    Unauthenticated,

    /// <summary>Credentials without the right to do this.</summary>
    PermissionDenied,
}
