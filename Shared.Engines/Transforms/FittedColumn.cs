using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Shared.Engines.Transforms;

/// <summary>A column that comes in, and what is done to it, one transform after the other; only the last may give several values.</summary>
public sealed record FittedColumn
{
    /// <summary>The type of a column of texts.</summary>
    public const string Text = "text";

    /// <summary>The type of a column of times: microseconds since 1970-01-01 UTC, or as JSON a text with offset.</summary>
    public const string Timestamp = "timestamp";

    public required string Name { get; init; }

    /// <summary><c>integer</c>, <c>number</c>, <c>text</c> or <c>timestamp</c>.</summary>
    public required string Type { get; init; }

    public IReadOnlyList<ColumnTransform> Steps { get; init; } = [];

    [JsonIgnore]
    public IReadOnlyList<string> Outputs => Steps.Count == 0 ? [Name] : [.. Steps[^1].Suffixes.Select(suffix => Name + suffix)];

    /// <summary>How many values come out.</summary>
    [JsonIgnore]
    public int Width => Steps.Count == 0 ? 1 : Steps[^1].Width;

    /// <summary>Refuses steps that do not fit together, and a column that does not become numbers.</summary>
    /// <exception cref="MeshException"><see cref="ErrorCode.InvalidArgument"/>: says which.</exception>
    public void Check()
    {
        var isText = Type is Text;
        for (var place = 0; place < Steps.Count; place++)
        {
            var step = Steps[place];
            if (isText && !step.TakesTexts)
            {
                throw MeshException.InvalidArgument(
                    $"{Name} is text: {Kind(step)} takes numbers; encode it with one_hot or ordinal first.");
            }

            if (place < Steps.Count - 1 && step.Width != 1)
            {
                throw MeshException.InvalidArgument($"{Name}: {Kind(step)} gives several values and must be the last step.");
            }

            isText &= step.GivesTexts;
        }

        if (isText)
        {
            throw MeshException.InvalidArgument($"{Name} is text and must become numbers: end its steps with one_hot or ordinal.");
        }
    }

    /// <summary>Reads a value that stands in JSON; null where it is of another kind.</summary>
    public CellValue? TryRead(JsonElement value) => (Type, value.ValueKind) switch
    {
        (_, JsonValueKind.Null) => CellValue.Missing,
        (Text, JsonValueKind.String) => CellValue.Of(value.GetString()),
        (Timestamp, JsonValueKind.String) when WithTime(CellValue.Of(value.GetString())) is { Text: null } time => time,
        (not (Text or Timestamp), JsonValueKind.Number)
            when value.TryGetDouble(out var number) && double.IsFinite(number) => CellValue.Of(number),
        _ => null,
    };

    /// <summary>In a column of times, a text that is a time as that time; all else as it is.</summary>
    public CellValue WithTime(CellValue value) =>
        Type is Timestamp && DateTimeOffset.TryParse(
            value.Text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? CellValue.Of((time.UtcTicks - DateTime.UnixEpoch.Ticks) / (double)TimeSpan.TicksPerMicrosecond)
            : value;

    /// <summary>Transforms one value; there must be room for all outputs.</summary>
    public void Apply(CellValue value, Span<CellValue> results)
    {
        results[0] = value;
        foreach (var step in Steps)
        {
            step.Apply(Name, results[0], results);
        }
    }

    private static string Kind(ColumnTransform step) => step.GetType().Name.Replace("Transform", "", StringComparison.Ordinal);
}
