using System.Text.Json;
using Skipper.Services.Serving.Models;
using Skipper.Shared.Engines;
using Skipper.Shared.Engines.Transforms;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Serving.Predictions;

/// <summary>
/// Reads a row into a model's feature order and normalizes it; refuses what the model was not trained for.
/// </summary>
/// <param name="signature">What a row must look like.</param>
/// <param name="row">Index of the row in a bundle, named in errors; null for a single row.</param>
internal readonly struct RowReader(Signature signature, int? row)
{
    private const string NullProblem = "must be a number, found null; the model was trained without missing values";

    private IReadOnlyList<FeatureColumn> Features => signature.Features;

    private string Names => string.Join(", ", Features.Select(feature => feature.Name));

    /// <summary>Reads an object with one member per feature, or, where allowed, an array in feature order.</summary>
    /// <exception cref="MeshException">Names row and column, what was expected and what was found.</exception>
    public void Read(JsonElement element, bool allowArray, Span<double> normalized)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                ReadObject(element, normalized);
                break;
            case JsonValueKind.Array when allowArray:
                ReadArray(element, normalized);
                break;
            default:
                throw Refused(
                    null,
                    $"expected an object with one member per feature{(allowArray ? ", or an array of numbers" : "")}, "
                    + $"found {Describe(element)}");
        }
    }

    private void ReadObject(JsonElement element, Span<double> normalized)
    {
        // Every value is finite once read, so NaN marks what is still missing, or null where the model takes that.
        normalized.Fill(double.NaN);
        foreach (var member in element.EnumerateObject())
        {
            if (signature.Find(member.Name) is { } position)
            {
                if (!double.IsNaN(normalized[position]))
                {
                    throw Refused(Features[position].Name, "is there twice");
                }

                normalized[position] = ReadValue(position, member.Value);
            }
            else if (!signature.IsTarget(member.Name))
            {
                throw Unknown(member.Name);
            }
        }

        for (var position = 0; position < normalized.Length; position++)
        {
            if (double.IsNaN(normalized[position]) && signature.IsRequired(position))
            {
                throw Refused(Features[position].Name, $"is missing; expected columns: {Names}");
            }
        }
    }

    private void ReadArray(JsonElement element, Span<double> normalized)
    {
        if (element.GetArrayLength() != Features.Count)
        {
            throw Refused(null, $"expected {Features.Count} values ({Names}), found {element.GetArrayLength()}");
        }

        var position = 0;
        foreach (var value in element.EnumerateArray())
        {
            normalized[position] = ReadValue(position, value);
            position++;
        }
    }

    /// <summary>Reads values in the model's feature order.</summary>
    /// <exception cref="MeshException">Names row and column, what was expected and what was found.</exception>
    public void Read(ReadOnlySpan<CellValue> values, Span<double> normalized)
    {
        for (var position = 0; position < values.Length; position++)
        {
            normalized[position] = ReadValue(position, values[position]);
        }
    }

    private double ReadValue(int position, CellValue value) => value switch
    {
        { Text: { } text } => throw Refused(Features[position].Name, NotNumber(text)),
        { IsMissing: true } when signature.IsRequired(position) => throw Refused(Features[position].Name, NullProblem),
        { IsMissing: true } => double.NaN,
        _ => Normalize(position, value.Number),
    };

    private double ReadValue(int position, JsonElement element)
    {
        if (element.ValueKind is JsonValueKind.Null && !signature.IsRequired(position))
        {
            return double.NaN;
        }

        var feature = Features[position];
        if (element.ValueKind is not JsonValueKind.Number)
        {
            throw Refused(feature.Name, element.ValueKind switch
            {
                JsonValueKind.String => NotNumber(element.GetString()!),
                JsonValueKind.Null => NullProblem,
                _ => $"must be a number, found {Describe(element)}",
            });
        }

        return Normalize(position, element.TryGetDouble(out var value) ? value : double.PositiveInfinity);
    }

    private double Normalize(int position, double value)
    {
        var feature = Features[position];
        if (!double.IsFinite(value))
        {
            throw Refused(feature.Name, "must be a finite number, found one that is too large");
        }

        if (feature.Type == "integer" && value != Math.Truncate(value))
        {
            throw Refused(feature.Name, FormattableString.Invariant($"must be a whole number, found {value:R}"));
        }

        var normalized = (value - feature.Mean) / feature.StandardDeviation;
        return double.IsFinite(normalized)
            ? normalized
            : throw Refused(feature.Name, FormattableString.Invariant(
                $"is too far from what the model was trained on ({feature.Minimum:R} to {feature.Maximum:R}), found {value:R}"));
    }

    private static string NotNumber(string text) => text.Length <= 40
        ? $"must be a number, found the text \"{text}\"; send numbers without quotes"
        : "must be a number, found a text";

    private MeshException Unknown(string column)
    {
        var nearest = NearestName.Find(column, Features.Select(feature => feature.Name));
        return Refused(
            column.Length <= 80 ? column : $"{column[..80]}...", $"is not known to this model; did you mean '{nearest}'?");
    }

    private MeshException Refused(string? column, string problem)
    {
        var what = column is null ? problem : $"Column '{column}' {problem}";
        what = what.EndsWith('?') ? what : $"{what}.";
        return new MeshException(ErrorCode.InvalidArgument, row is null ? Capital(what) : $"Row {row}: {what}")
        {
            Details = JsonSerializer.SerializeToElement(new { row, column }, MessageJson.Options),
        };
    }

    private static string Capital(string text) => $"{char.ToUpperInvariant(text[0])}{text[1..]}";

    private static string Describe(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Undefined => "nothing",
        JsonValueKind.String => "a text",
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.Number => "a number",
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => "null",
    };
}
