namespace Skipper.Gateway.OpenInference;

/// <summary>Errors as the protocol wants them: <c>{"error": "text"}</c>, for what the client did wrong under status 400.</summary>
internal static class OpenInferenceError
{
    /// <summary>Whether the request is one of the protocol.</summary>
    public static bool Answers(HttpContext http) => http.Request.Path.StartsWithSegments("/v2", StringComparison.Ordinal);

    /// <param name="status">The status of the same error elsewhere.</param>
    public static int Status(int status) =>
        status is StatusCodes.Status422UnprocessableEntity or StatusCodes.Status409Conflict ? StatusCodes.Status400BadRequest : status;
}
