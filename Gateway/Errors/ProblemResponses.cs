using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.WebUtilities;
using Skipper.Gateway.OpenInference;
using Skipper.Gateway.Workflows;
using Skipper.Shared.Declarations;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Gateway.Errors;

/// <summary>
/// The one place where an error becomes an answer: RFC 9457 problem+json with a code and a trace id, or what the Open Inference Protocol
/// wants under its paths.
/// </summary>
internal sealed partial class ProblemResponses(ILogger<ProblemResponses> logger) : IExceptionHandler
{
    private const int ClientClosedRequest = 499;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public async ValueTask<bool> TryHandleAsync(
        HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (httpContext.RequestAborted.IsCancellationRequested)
        {
            // Nobody listens any more.
            httpContext.Response.StatusCode = ClientClosedRequest;
            return true;
        }

        var problem = Of(exception);
        if (problem.Status == StatusCodes.Status500InternalServerError)
        {
            LogFailed(httpContext.Request.Method, httpContext.Request.Path, exception);
        }

        await WriteAsync(httpContext, problem);
        return true;
    }

    /// <summary>Answers that routing and Kestrel gave without a body: unknown path, method, media type.</summary>
    public static Task WriteStatusAsync(StatusCodeContext context)
    {
        var http = context.HttpContext;
        var detail = http.Response.StatusCode switch
        {
            StatusCodes.Status404NotFound => $"There is nothing at {http.Request.Path}. See /swagger for what there is.",
            StatusCodes.Status405MethodNotAllowed =>
                $"{http.Request.Path} does not take {http.Request.Method}; it takes {http.Response.Headers.Allow}.",
            var status => ReasonPhrases.GetReasonPhrase(status),
        };
        return WriteAsync(http, new Problem(http.Response.StatusCode, CodeOf(http.Response.StatusCode), detail));
    }

    private static Problem Of(Exception exception) => exception switch
    {
        MeshException error => new Problem(StatusOf(error.Code), error.Code, error.Message)
        {
            Details = error.Details,
            Service = error.Service,
            RetryAfterSeconds = error.RetryAfterSeconds,
        },
        InvalidWorkflowException error => new Problem(StatusCodes.Status400BadRequest, ErrorCode.InvalidArgument, error.Message)
        {
            Errors = error.Errors,
        },
        BadHttpRequestException error => new Problem(error.StatusCode, CodeOf(error.StatusCode), error.Message),
        JsonException error => new Problem(
            StatusCodes.Status400BadRequest, ErrorCode.InvalidArgument, JsonProblem.Describe(error)),
        DbException error when error.IsTransient => new Problem(
            StatusCodes.Status503ServiceUnavailable, ErrorCode.Unavailable, "The database cannot be reached now. Try again."),
        _ => new Problem(
            StatusCodes.Status500InternalServerError,
            ErrorCode.Internal,
            "The gateway failed. Its log has the details under this trace id."),
    };

    private static int StatusOf(ErrorCode code) => code switch
    {
        ErrorCode.InvalidArgument => StatusCodes.Status422UnprocessableEntity,
        ErrorCode.NotFound => StatusCodes.Status404NotFound,
        ErrorCode.AlreadyExists or ErrorCode.FailedPrecondition => StatusCodes.Status409Conflict,
        ErrorCode.ResourceExhausted => StatusCodes.Status429TooManyRequests,
        ErrorCode.Unavailable or ErrorCode.Cancelled => StatusCodes.Status503ServiceUnavailable,
        ErrorCode.DeadlineExceeded => StatusCodes.Status504GatewayTimeout,
        ErrorCode.Unauthenticated => StatusCodes.Status401Unauthorized,
        ErrorCode.PermissionDenied => StatusCodes.Status403Forbidden,
        _ => StatusCodes.Status502BadGateway,
    };

    private static ErrorCode CodeOf(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => ErrorCode.Unauthenticated,
        StatusCodes.Status403Forbidden => ErrorCode.PermissionDenied,
        StatusCodes.Status404NotFound => ErrorCode.NotFound,
        StatusCodes.Status408RequestTimeout => ErrorCode.DeadlineExceeded,
        StatusCodes.Status429TooManyRequests => ErrorCode.ResourceExhausted,
        StatusCodes.Status503ServiceUnavailable => ErrorCode.Unavailable,
        >= 400 and < 500 => ErrorCode.InvalidArgument,
        _ => ErrorCode.Internal,
    };

    private static Task WriteAsync(HttpContext http, Problem problem)
    {
        var isOpenInference = OpenInferenceError.Answers(http);
        http.Response.StatusCode = isOpenInference ? OpenInferenceError.Status(problem.Status) : problem.Status;
        if (problem.Status is StatusCodes.Status401Unauthorized)
        {
            http.Response.Headers.WWWAuthenticate = "Bearer realm=\"skipper\"";
        }

        if (problem.Status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable)
        {
            http.Response.Headers.RetryAfter = Math.Max(1, problem.RetryAfterSeconds ?? 1).ToString(CultureInfo.InvariantCulture);
        }

        if (isOpenInference)
        {
            return http.Response.WriteAsJsonAsync(new { Error = problem.Detail }, Json, "application/json", http.RequestAborted);
        }

        var traceId = Activity.Current?.TraceId.ToString() ?? http.TraceIdentifier;
        var body = new
        {
            Type = "about:blank",
            Title = ReasonPhrases.GetReasonPhrase(problem.Status),
            problem.Status,
            problem.Detail,
            Code = problem.Code.ToWire(),
            TraceId = traceId,
            problem.Details,
            problem.Service,
            problem.Errors,
        };
        return http.Response.WriteAsJsonAsync(body, Json, "application/problem+json", http.RequestAborted);
    }

    [LoggerMessage(LogLevel.Error, "{Method} {Path} failed")]
    private partial void LogFailed(string method, string path, Exception exception);

    private sealed record Problem(int Status, ErrorCode Code, string Detail)
    {
        public JsonElement? Details { get; init; }

        public string? Service { get; init; }

        public int? RetryAfterSeconds { get; init; }

        /// <summary>Where it is wrong, for definitions.</summary>
        public IReadOnlyList<DefinitionError>? Errors { get; init; }
    }
}
