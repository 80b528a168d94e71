using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using Skipper.Services.Serving.Predictions;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Serving.OpenInference;

/// <summary>
/// Writes an inference response: each output is a tensor of shape (rows, 1). Where any is answered as bytes, the first member is
/// <c>binary</c>, the bytes of all such outputs in base64.
/// </summary>
internal static class InferReply
{
    public static RawJson Write(InferRequest request, ScoredCall scored)
    {
        var wanted = WantedOutput.Of(request, scored.Model.Outputs);
        var rows = scored.Predictions.Rows;
        var buffer = new ArrayBufferWriter<byte>(256 + (rows * wanted.Count * 20));
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        if (wanted.Any(output => output.Binary))
        {
            writer.WriteBase64String("binary"u8, Bytes(scored, wanted.Where(output => output.Binary)));
        }

        writer.WriteString("model_name"u8, scored.Model.Manifest.Name);
        writer.WriteString("model_version"u8, FormattableString.Invariant($"{scored.Model.Manifest.Version}"));
        if (request.Id is not null)
        {
            writer.WriteString("id"u8, request.Id);
        }

        writer.WriteStartArray("outputs"u8);
        foreach (var output in wanted)
        {
            WriteOutput(writer, scored, output);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        return new RawJson(buffer.WrittenMemory);
    }

    private static void WriteOutput(Utf8JsonWriter writer, ScoredCall scored, WantedOutput output)
    {
        var predictions = scored.Predictions;
        writer.WriteStartObject();
        writer.WriteString("name"u8, scored.Model.Outputs[output.Column]);
        writer.WriteString("datatype"u8, "FP64"u8);
        writer.WriteStartArray("shape"u8);
        writer.WriteNumberValue(predictions.Rows);
        writer.WriteNumberValue(1);
        writer.WriteEndArray();
        if (output.Binary)
        {
            writer.WriteStartObject("parameters"u8);
            writer.WriteNumber("binary_data_size"u8, predictions.Rows * sizeof(double));
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteStartArray("data"u8);
            for (var row = 0; row < predictions.Rows; row++)
            {
                writer.WriteNumberValue(predictions[row, output.Column]);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static byte[] Bytes(ScoredCall scored, IEnumerable<WantedOutput> outputs) =>
        [.. outputs.SelectMany(output => MemoryMarshal.AsBytes(scored.Predictions.Column(output.Column).AsSpan()).ToArray())];
}
