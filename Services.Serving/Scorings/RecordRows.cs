using System.Buffers;
using System.Text.Json;
using Skipper.Services.Serving.Models;
using Skipper.Services.Serving.Predictions;

namespace Skipper.Services.Serving.Scorings;

/// <summary>Rows of a dataset, which may have columns that the model knows nothing of.</summary>
internal sealed class RecordRows(IReadOnlyList<JsonElement> records) : RowSource
{
    public override int Count => records.Count;

    public override void Read(ServedModel model, RowBatch batch)
    {
        var manifest = model.Manifest;
        var names = manifest.Signature is { } signature
            ? signature.Inputs.Select(input => input.Name)
            : manifest.Features.Select(feature => feature.Name);
        using var rows = JsonDocument.Parse(Write(new HashSet<string>(names, StringComparer.OrdinalIgnoreCase)));
        new JsonRows([.. rows.RootElement.EnumerateArray()]).Read(model, batch);
    }

    private ReadOnlyMemory<byte> Write(HashSet<string> inputs)
    {
        var buffer = new ArrayBufferWriter<byte>(64 * records.Count);
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartArray();
        foreach (var record in records)
        {
            writer.WriteStartObject();
            foreach (var member in record.EnumerateObject())
            {
                if (inputs.Contains(member.Name))
                {
                    member.WriteTo(writer);
                }
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.Flush();
        return buffer.WrittenMemory;
    }
}
