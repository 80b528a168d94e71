using System.Globalization;
using Skipper.Services.Serving.Predictions;
using Skipper.Services.Serving.StoredPredictions;
using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Services.Serving.PredictionLogs;

/// <summary>A row that the log has taken: copies, because the model and its buffers are given back after the call.</summary>
internal sealed class LoggedRow
{
    private readonly ModelVersion _manifest;
    private readonly IReadOnlyList<string> _outputs;
    private readonly double[] _features;
    private readonly double[] _predictions;

    public LoggedRow(ScoredCall scored, int row, DateTimeOffset at)
    {
        RequestId = scored.Call.RequestId;
        RowNumber = row;
        At = at;
        _manifest = scored.Model.Manifest;
        _outputs = scored.Model.Outputs;
        _features = scored.Rows.Row(row).ToArray();
        _predictions = scored.Predictions.Row(row).ToArray();
    }

    public string RequestId { get; }

    public int RowNumber { get; }

    public DateTimeOffset At { get; }

    public PredictionRow ToPredictionRow() => new()
    {
        // Somebody else's correlation id may be anything.
        RequestId = StoredPredictions.RequestId.IsOne(RequestId) ? RequestId : Guid.NewGuid().ToString(),
        RowNumber = RowNumber,
        Model = _manifest.Name,
        Version = _manifest.Version,
        Source = PredictionRow.Sampled,
        Input = PredictionRow.Json([.. _manifest.Features.Select(feature => feature.Name)], Raw),
        Output = PredictionRow.Json(_outputs, output => _predictions[output]),
        PredictedAt = At,
    };

    /// <summary>Takes the normalization back; 15 digits, because the last ones are lost by then.</summary>
    private double Raw(int position)
    {
        var feature = _manifest.Features[position];
        var value = (_features[position] * feature.StandardDeviation) + feature.Mean;
        return feature.Type == "integer"
            ? Math.Round(value)
            : double.Parse(value.ToString("G15", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }
}
