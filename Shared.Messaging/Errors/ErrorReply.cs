using System.Text.Json;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Shared.Messaging.Errors;

/// <summary>The body of an error reply: a superset of skipper-lib's <c>{"error": "text"}</c>.</summary>
public sealed record ErrorReply
{
    /// <summary>What went wrong, for people.</summary>
    public required string Error { get; init; }

    /// <summary>Wire name of an <see cref="ErrorCode"/>; absent in replies of skipper-lib workers.</summary>
    public string? Code { get; init; }

    /// <summary>Whether the same request may succeed later; absent = as the code says.</summary>
    public bool? Retryable { get; init; }

    /// <summary>Facts for machines; absent = none.</summary>
    public JsonElement? Details { get; init; }

    /// <summary>The queue whose worker failed; absent in replies of skipper-lib workers.</summary>
    public string? Service { get; init; }

    /// <summary>The failed service, in the word of skipper-lib workers; absent in all others.</summary>
    public string? ServiceName { get; init; }

    /// <summary>The reply that says what an exception says.</summary>
    /// <param name="exception">What went wrong.</param>
    /// <param name="service">The queue where it did, unless the exception came from further away.</param>
    public static ErrorReply From(MeshException exception, string? service = null) => new()
    {
        Error = exception.Message,
        Code = exception.Code.ToWire(),
        Retryable = exception.Retryable,
        Details = exception.Details,
        Service = exception.Service ?? service,
    };

    /// <summary>
    /// Reads a reply as an error: one whose status header says so, or, where a skipper-lib worker set no header, one that is an
    /// object with a top-level <c>error</c> text. Null where it is an answer.
    /// </summary>
    /// <param name="status">The status header, or null where there is none.</param>
    /// <param name="body">The reply.</param>
    public static MeshException? Read(string? status, ReadOnlyMemory<byte> body)
    {
        if (status == "ok" || (status is null && !HasTopLevelError(body.Span)))
        {
            return null;
        }

        try
        {
            var reply = JsonSerializer.Deserialize<ErrorReply>(body.Span, MessageJson.Options)!;
            var code = ErrorCodes.FromWire(reply.Code);
            return new MeshException(code, reply.Error)
            {
                Retryable = reply.Retryable ?? code.IsRetryable(),
                Details = reply.Details,
                Service = reply.Service ?? reply.ServiceName,
            };
        }
        catch (JsonException exception)
        {
            return new MeshException(ErrorCode.Internal, "The worker answered an error that cannot be read.", exception);
        }
    }

    private static bool HasTopLevelError(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isError = reader.ValueTextEquals("error"u8);
                reader.Read();
                if (isError)
                {
                    return reader.TokenType == JsonTokenType.String;
                }

                reader.Skip();
            }
        }
        catch (JsonException)
        {
            // Not JSON at all: an answer of its own kind, which the caller may judge.
        }

        return false;
    }
}
