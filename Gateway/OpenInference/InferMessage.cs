using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using Skipper.Gateway.Errors;

namespace Skipper.Gateway.OpenInference;

/// <summary>An inference request on its way to a worker: as it was sent, behind the members that the mesh needs.</summary>
/// <param name="Body">What the worker gets.</param>
/// <param name="Timeout">How long the client wants to wait; null = it does not say.</param>
internal readonly record struct InferMessage(ReadOnlyMemory<byte> Body, TimeSpan? Timeout)
{
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromDays(1);

    /// <param name="model">The model, with version where the path has one.</param>
    /// <param name="json">The JSON object of the request.</param>
    /// <param name="binary">What followed it.</param>
    /// <exception cref="JsonException">Not JSON; has the position.</exception>
    /// <exception cref="BadHttpRequestException">Not a request; says what was found.</exception>
    public static InferMessage Of(string model, ReadOnlyMemory<byte> json, ReadOnlyMemory<byte> binary)
    {
        if (!Utf8.IsValid(json.Span))
        {
            throw new BadHttpRequestException("The request is not valid UTF-8.");
        }

        var reader = new Utf8JsonReader(json.Span);
        reader.Read();
        if (reader.TokenType is not JsonTokenType.StartObject)
        {
            throw new BadHttpRequestException($"Expected a JSON object, found {JsonProblem.Describe(reader.TokenType)}.");
        }

        var start = (int)reader.BytesConsumed;
        var timeout = ReadTimeout(ref reader, out var isEmpty);
        var end = (int)reader.BytesConsumed;
        while (reader.Read())
        {
            // Nothing may follow the object; the reader throws where something does.
        }

        return new InferMessage(Write(model, json[start..end], isEmpty, binary), timeout);
    }

    /// <summary>Reads to the end of the object, because what the worker gets must be valid as a whole.</summary>
    private static TimeSpan? ReadTimeout(ref Utf8JsonReader reader, out bool isEmpty)
    {
        TimeSpan? timeout = null;
        isEmpty = true;
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            isEmpty = false;
            if (!reader.ValueTextEquals("parameters"u8))
            {
                reader.Skip();
                continue;
            }

            reader.Read();
            if (reader.TokenType is not JsonTokenType.StartObject)
            {
                throw new BadHttpRequestException($"parameters must be an object, found {JsonProblem.Describe(reader.TokenType)}.");
            }

            while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("timeout"u8))
                {
                    timeout = Microseconds(ref reader);
                }
                else
                {
                    reader.Skip();
                }
            }
        }

        return timeout;
    }

    private static TimeSpan? Microseconds(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType is not JsonTokenType.Number || !reader.TryGetInt64(out var microseconds) || microseconds < 0)
        {
            throw new BadHttpRequestException("timeout must be a whole number of microseconds; 0 = the default.");
        }

        return microseconds == 0 ? null
            : microseconds < LongestTimeout.TotalMicroseconds ? TimeSpan.FromMicroseconds(microseconds)
            : LongestTimeout;
    }

    private static ReadOnlyMemory<byte> Write(string model, ReadOnlyMemory<byte> members, bool isEmpty, ReadOnlyMemory<byte> binary)
    {
        var buffer = new ArrayBufferWriter<byte>(members.Length + (binary.Length / 3 * 4) + 256);
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }))
        {
            // First, because of members that are there twice the first counts: nobody is sent elsewhere than the path says.
            writer.WriteStartObject();
            writer.WriteString("task_type"u8, "infer"u8);
            writer.WriteString("model"u8, model);
            if (!binary.IsEmpty)
            {
                writer.WriteBase64String("binary"u8, binary.Span);
            }
        }

        if (!isEmpty)
        {
            buffer.Write(","u8);
        }

        buffer.Write(members.Span);
        return buffer.WrittenMemory;
    }
}
