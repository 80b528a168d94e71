using System.Text.Json;
using Skipper.Services.Serving.Models;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Services.Serving.Predictions;

/// <summary>Validates all rows, then scores them as one batch.</summary>
internal static class Scoring
{
    public static Matrix ScoreRow(ServedModel model, JsonElement row)
    {
        var values = new double[model.Signature.Features.Count];
        new RowReader(model.Signature, null).Read(row, allowArray: false, values);
        return Score(model, new Matrix(1, values.Length, values));
    }

    public static Matrix ScoreRows(ServedModel model, IReadOnlyList<JsonElement> rows)
    {
        var columns = model.Signature.Features.Count;
        var values = new double[rows.Count * columns];
        for (var row = 0; row < rows.Count; row++)
        {
            new RowReader(model.Signature, row).Read(rows[row], allowArray: true, values.AsSpan(row * columns, columns));
        }

        return Score(model, new Matrix(rows.Count, columns, values));
    }

    private static Matrix Score(ServedModel model, Matrix normalized)
    {
        var predictions = model.Predict(normalized);
        var wrong = Array.FindIndex(predictions.Values, value => !double.IsFinite(value));
        return wrong < 0
            ? predictions
            : throw MeshException.InvalidArgument(
                $"Row {wrong / predictions.Columns}: its values are so far from what the model was trained on that the "
                + $"prediction of '{model.Outputs[wrong % predictions.Columns]}' is not finite.");
    }
}
