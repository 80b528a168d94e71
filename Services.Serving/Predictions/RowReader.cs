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
internal readonly partial struct RowReader(Signature signature, int? row)
{
    private const string NullProblem = "must be a number, found null; the model was trained without missing values";

    private IReadOnlyList<FeatureColumn> Features => signature.Features;

    private string Names => string.Join(", ", Features.Select(feature => feature.Name));

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

    private double Normalize(int position, double value)
    {
        ref readonly var column = ref signature.Columns[position];
        if (!double.IsFinite(value))
        {
            throw Refused(Features[position].Name, "must be a finite number, found one that is too large");
        }

        if (column.IsInteger && value != Math.Truncate(value))
        {
            throw Refused(Features[position].Name, FormattableString.Invariant($"must be a whole number, found {value:R}"));
        }

        var normalized = (value - column.Mean) / column.StandardDeviation;
        return double.IsFinite(normalized) ? normalized : throw TooFar(Features[position], value);
    }

    private MeshException TooFar(FeatureColumn feature, double value) => Refused(feature.Name, FormattableString.Invariant(
        $"is too far from what the model was trained on ({feature.Minimum:R} to {feature.Maximum:R}), found {value:R}"));

    private static string NotNumber(string text) => text.Length <= 40
        ? $"must be a number, found the text \"{text}\"; send numbers without quotes"
        : "must be a number, found a text";

    /// <summary>The refusal of a column that the model does not have.</summary>
    public MeshException Unknown(string column)
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
}
