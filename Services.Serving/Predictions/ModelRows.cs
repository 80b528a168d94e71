using System.Text.Json;
using Skipper.Services.Serving.Models;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Serving.Predictions;

/// <summary>Reads rows the way their model takes them: raw columns where it has a fitted transform, otherwise features.</summary>
internal static class ModelRows
{
    /// <param name="row">The row.</param>
    /// <param name="number">Its number in a bundle; null = it is no bundle.</param>
    /// <param name="allowArray">Whether it may be an array.</param>
    /// <param name="model">The model.</param>
    /// <param name="features">Where the features go.</param>
    /// <exception cref="MeshException">The row is refused.</exception>
    public static void Read(JsonElement row, int? number, bool allowArray, ServedModel model, Span<double> features)
    {
        if (model.Preparation is { } preparation)
        {
            preparation.Read(row, number, allowArray, features);
        }
        else
        {
            new RowReader(model.Signature, number).Read(row, allowArray, features);
        }
    }

    /// <summary>The same of the row that valid JSON begins with, if it is written in the form that is read quickest.</summary>
    /// <returns>Number of bytes that the row takes; 0 = it was not read.</returns>
    public static int TryReadQuick(ReadOnlySpan<byte> json, int? number, bool allowArray, ServedModel model, Span<double> features) =>
        model.Preparation is null ? new RowReader(model.Signature, number).TryReadQuick(json, allowArray, features) : 0;

    /// <summary>The same of the row whose first token the reader is at; leaves it at the last one, unless the row is refused.</summary>
    /// <exception cref="MeshException">The row is refused.</exception>
    public static void Read(ref Utf8JsonReader reader, int? number, bool allowArray, ServedModel model, Span<double> features)
    {
        if (model.Preparation is { } preparation)
        {
            var row = reader.TokenType is JsonTokenType.None ? default : JsonElement.ParseValue(ref reader);
            preparation.Read(row, number, allowArray, features);
        }
        else
        {
            new RowReader(model.Signature, number).Read(ref reader, allowArray, features);
        }
    }
}
