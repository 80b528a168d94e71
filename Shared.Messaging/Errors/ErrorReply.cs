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

    /// <summary>The reply that says what an exception says.</summary>
    public static ErrorReply From(MeshException exception) => new()
    {
        Error = exception.Message,
        Code = exception.Code.ToWire(),
        Retryable = exception.Retryable,
        Details = exception.Details,
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
