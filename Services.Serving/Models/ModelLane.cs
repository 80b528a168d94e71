using Skipper.Services.Serving.Predictions;
using Skipper.Shared.Engines;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Services.Serving.Models;

/// <summary>Where the calls of one loaded version are scored.</summary>
internal sealed class ModelLane(ITrainedModel model)
{
    /// <summary>Scores the rows that were not refused.</summary>
    public ValueTask ScoreAsync(RowBatch rows, PredictionCall call, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (rows.Refused == 0)
        {
            rows.Predictions = model.Predict(rows.Features);
            return ValueTask.CompletedTask;
        }

        int[] kept = [.. Enumerable.Range(0, rows.Count).Where(row => rows.Error(row) is null)];
        var predictions = new Matrix(rows.Count, model.OutputCount, new double[rows.Count * model.OutputCount]);
        predictions.Values.AsSpan().Fill(double.NaN);
        if (kept.Length > 0)
        {
            var scored = model.Predict(rows.Features.Take(kept));
            for (var i = 0; i < kept.Length; i++)
            {
                scored.Row(i).CopyTo(predictions.Values.AsSpan(kept[i] * model.OutputCount));
            }
        }

        rows.Predictions = predictions;
        return ValueTask.CompletedTask;
    }
}
