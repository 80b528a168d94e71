using System.Buffers;
using System.Text.Json;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Serving.Predictions;

/// <summary>Writes answers, straight from what the engine gave.</summary>
internal static class PredictionWriter
{
    // Answers to single rows are small and many.
    [ThreadStatic]
    private static Utf8JsonWriter? _writer;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    private static readonly JsonWriterOptions Options = new() { Encoder = MessageJson.Options.Encoder, SkipValidation = true };

    /// <summary>The answer to a single row: one member per output, <c>model</c> and <c>version</c>.</summary>
    public static RawJson WriteRow(ScoredCall scored)
    {
        var (names, manifest) = (scored.Model.Names, scored.Model.Manifest);
        var buffer = _buffer ??= new ArrayBufferWriter<byte>(256);
        var writer = _writer ??= new Utf8JsonWriter(buffer, Options);
        buffer.ResetWrittenCount();
        writer.Reset();
        writer.WriteStartObject();
        WriteOutputs(writer, names, scored, 0);
        writer.WriteString(names.Model, manifest.Name);
        writer.WriteNumber(names.Version, manifest.Version);
        if (scored.Route.LaneName is { } lane)
        {
            writer.WriteString(names.Lane, lane);
        }

        writer.WriteEndObject();
        writer.Flush();
        return new RawJson(buffer.WrittenSpan.ToArray());
    }

    /// <summary>The answer to a bundle, see <see cref="Shared.Messaging.Contracts.PredictionBatch"/>.</summary>
    public static RawJson WriteBundle(ScoredCall scored)
    {
        var (names, manifest, rows) = (scored.Model.Names, scored.Model.Manifest, scored.Rows);
        var buffer = new ArrayBufferWriter<byte>(256 + (rows.Count * (4 + (names.Outputs.Length * 32))));
        using var writer = new Utf8JsonWriter(buffer, Options);
        writer.WriteStartObject();
        writer.WriteString("model"u8, manifest.Name);
        writer.WriteNumber("version"u8, manifest.Version);
        if (scored.Route.LaneName is { } lane)
        {
            writer.WriteString("lane"u8, lane);
        }

        writer.WriteStartArray("predictions"u8);
        for (var row = 0; row < rows.Count; row++)
        {
            writer.WriteStartObject();
            if (rows.Error(row) is null)
            {
                WriteOutputs(writer, names, scored, row);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        if (rows.Refused > 0)
        {
            WriteErrors(writer, rows);
        }

        writer.WriteEndObject();
        writer.Flush();
        return new RawJson(buffer.WrittenMemory);
    }

    private static void WriteOutputs(Utf8JsonWriter writer, OutputNames names, ScoredCall scored, int row)
    {
        var values = scored.Predictions.Row(row);
        for (var output = 0; output < names.Outputs.Length; output++)
        {
            writer.WriteNumber(names.Outputs[output], values[output]);
        }
    }

    private static void WriteErrors(Utf8JsonWriter writer, RowBatch rows)
    {
        writer.WriteStartArray("errors"u8);
        for (var row = 0; row < rows.Count; row++)
        {
            if (rows.Error(row) is { } error)
            {
                writer.WriteStartObject();
                writer.WriteNumber("row"u8, row);
                writer.WriteString("error"u8, error.Message);
                writer.WriteString("code"u8, error.Code.ToWire());
                writer.WriteBoolean("retryable"u8, error.Retryable);
                if (error.Details is { } details)
                {
                    writer.WritePropertyName("details"u8);
                    details.WriteTo(writer);
                }

                writer.WriteEndObject();
            }
        }

        writer.WriteEndArray();
    }
}
