using System.Buffers;
using System.Text.Json;
using Skipper.Gateway.Errors;

namespace Skipper.Gateway.Models;

/// <summary>A request for predictions: rows, what a bad one fails, and the key of a rollout; all go to the worker as they came.</summary>
internal static class PredictBody
{
    /// <summary>The message to the worker.</summary>
    /// <exception cref="BadHttpRequestException">The body has no rows.</exception>
    public static ReadOnlyMemory<byte> ToRequest(string model, ReadOnlyMemory<byte> body)
    {
        var (rows, others) = Slices(body);
        var buffer = new ArrayBufferWriter<byte>(rows.Length + 256);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("task_type"u8, "predict"u8);
            writer.WriteStartObject("data"u8);
            writer.WriteString("model"u8, model);
            foreach (var (name, value) in others)
            {
                writer.WritePropertyName(name);
                writer.WriteRawValue(value.Span, skipInputValidation: true);
            }

            writer.WritePropertyName("rows"u8);
            writer.WriteRawValue(rows.Span, skipInputValidation: true);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static (ReadOnlyMemory<byte> Rows, List<(string Name, ReadOnlyMemory<byte> Value)> Others) Slices(ReadOnlyMemory<byte> body)
    {
        var reader = new Utf8JsonReader(body.Span);
        ReadOnlyMemory<byte>? rows = null;
        var others = new List<(string Name, ReadOnlyMemory<byte> Value)>();
        reader.Read();
        if (reader.TokenType is not JsonTokenType.StartObject)
        {
            throw Expected($"found {JsonProblem.Describe(reader.TokenType)}");
        }

        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var isRows = reader.ValueTextEquals("rows"u8);
            var other = reader.ValueTextEquals("on_error"u8) ? "on_error"
                : reader.ValueTextEquals("sticky_key"u8) ? "sticky_key"
                : null;
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            var isArray = reader.TokenType is JsonTokenType.StartArray;
            reader.Skip();
            var value = body[start..(int)reader.BytesConsumed];
            if (isRows)
            {
                rows = isArray ? value : throw Expected("found 'rows' that is not an array");
            }
            else if (other is not null)
            {
                others.Add((other, value));
            }
        }

        while (reader.Read())
        {
            // Nothing may follow the object; the reader throws where something does.
        }

        return (rows ?? throw Expected("found no 'rows'"), others);
    }

    private static BadHttpRequestException Expected(string found) =>
        new($$"""Expected {"rows": [{"column": value, ...}]} or {"rows": [[value, ...]]}, {{found}}.""");
}
