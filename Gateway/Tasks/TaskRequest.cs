using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Skipper.Gateway.Errors;

namespace Skipper.Gateway.Tasks;

/// <summary>A task as it was sent: the bytes, and the two members the gateway looks at.</summary>
internal readonly record struct TaskRequest(string TaskType, string? Description, ReadOnlyMemory<byte> Body)
{
    /// <summary>Reads a body; its bytes stay as they are unless <c>task_type</c> must be filled in.</summary>
    /// <param name="body">What was sent.</param>
    /// <param name="alias">The task type where the body names none; absent = the body must name one.</param>
    /// <exception cref="JsonException">Not JSON; has the position.</exception>
    /// <exception cref="BadHttpRequestException">Not an object with a <c>task_type</c>; says what was found.</exception>
    public static TaskRequest Parse(ReadOnlyMemory<byte> body, string? alias = null)
    {
        try
        {
            var (taskType, description) = Peek(body.Span);
            return (taskType, alias) switch
            {
                ({ } named, _) => new TaskRequest(named, description, body),
                (null, { } filled) => new TaskRequest(filled, description, Insert(body.Span, filled)),
                _ => throw new BadHttpRequestException(
                    """task_type is missing: expected a JSON object such as {"task_type": "training", "payload": "0.2"}."""),
            };
        }
        catch (InvalidOperationException exception)
        {
            throw new BadHttpRequestException($"The body has text that is not valid Unicode: {exception.Message}", exception);
        }
    }

    /// <summary>Reads to the end, because what the worker gets must be valid as a whole.</summary>
    private static (string? TaskType, string? Description) Peek(ReadOnlySpan<byte> body)
    {
        if (!Utf8.IsValid(body))
        {
            throw new BadHttpRequestException("The body is not valid UTF-8.");
        }

        var reader = new Utf8JsonReader(body);
        reader.Read();
        if (reader.TokenType is not JsonTokenType.StartObject)
        {
            throw new BadHttpRequestException($"Expected a JSON object, found {JsonProblem.Describe(reader.TokenType)}.");
        }

        string? taskType = null;
        string? description = null;
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("task_type"u8))
            {
                if (taskType is not null)
                {
                    throw new BadHttpRequestException("task_type is there twice.");
                }

                reader.Read();
                taskType = reader.TokenType is JsonTokenType.String
                    ? reader.GetString()
                    : throw new BadHttpRequestException($"task_type must be text, found {JsonProblem.Describe(reader.TokenType)}.");
            }
            else if (reader.ValueTextEquals("description"u8))
            {
                reader.Read();
                description = reader.TokenType is JsonTokenType.String ? reader.GetString() : null;
                reader.Skip();
            }
            else
            {
                reader.Skip();
            }
        }

        while (reader.Read())
        {
            // Nothing may follow the object; the reader throws where something does.
        }

        return (taskType, description);
    }

    private static byte[] Insert(ReadOnlySpan<byte> body, string taskType)
    {
        var afterBrace = body.IndexOf((byte)'{') + 1;
        var isEmpty = body[afterBrace..].Trim(" \t\r\n"u8) is [(byte)'}'];
        var member = Encoding.UTF8.GetBytes($"\"task_type\":{JsonSerializer.Serialize(taskType)}{(isEmpty ? "" : ",")}");
        return [(byte)'{', .. member, .. body[afterBrace..]];
    }
}
