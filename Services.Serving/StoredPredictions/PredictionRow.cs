using System.Buffers;
using System.Text;
using System.Text.Json;
using Skipper.Services.Serving.Labels;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Serving.StoredPredictions;

/// <summary>A kept prediction as it stands in the database.</summary>
internal sealed record PredictionRow
{
    public const string Stored = "stored";
    public const string Sampled = "sampled";

    public required string RequestId { get; init; }

    public required int RowNumber { get; init; }

    public required string Model { get; init; }

    public required int Version { get; init; }

    public required string Source { get; init; }

    /// <summary>Tells whether a request that comes again is the same; only of stored ones.</summary>
    public string? RequestDigest { get; init; }

    /// <summary>JSON.</summary>
    public required string Input { get; init; }

    /// <summary>JSON object of numbers.</summary>
    public required string Output { get; init; }

    public required DateTimeOffset PredictedAt { get; init; }

    public IReadOnlyDictionary<string, double> Outputs() =>
        JsonSerializer.Deserialize<Dictionary<string, double>>(Output, MessageJson.Options)!;

    /// <summary>The row as others see it.</summary>
    public StoredPrediction ToPrediction(IEnumerable<LabelRow> labels)
    {
        var byTarget = labels.ToDictionary(
            label => label.Target, label => JsonSerializer.Deserialize<JsonElement>(label.Label), StringComparer.Ordinal);
        return new StoredPrediction
        {
            RequestId = RequestId,
            Row = RowNumber,
            Model = Model,
            Version = Version,
            Source = Source,
            Input = JsonSerializer.Deserialize<JsonElement>(Input),
            Output = Outputs(),
            PredictedAt = PredictedAt,
            Labels = byTarget.Count > 0 ? byTarget : null,
        };
    }

    /// <summary>A JSON object of numbers by name; null where there is none.</summary>
    public static string Json(IReadOnlyList<string> names, Func<int, double> value)
    {
        var buffer = new ArrayBufferWriter<byte>(32 * names.Count);
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        for (var i = 0; i < names.Count; i++)
        {
            writer.WritePropertyName(names[i]);
            if (double.IsNaN(value(i)))
            {
                writer.WriteNullValue();
            }
            else
            {
                writer.WriteNumberValue(value(i));
            }
        }

        writer.WriteEndObject();
        writer.Flush();
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
