using Skipper.Services.Serving.Models;
using Skipper.Services.Serving.Rollouts;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Services.Serving.Predictions;

/// <summary>A call that was answered; whoever got it disposes of it, which gives the model back.</summary>
internal sealed class ScoredCall(PredictionCall call, LaneRoute route, ModelLease lease, RowBatch rows) : IDisposable
{
    public PredictionCall Call => call;

    /// <summary>Where a rollout sent it.</summary>
    public LaneRoute Route => route;

    /// <summary>The version that scored all rows.</summary>
    public ServedModel Model => lease.Model;

    /// <summary>Features, predictions and refusals.</summary>
    public RowBatch Rows => rows;

    /// <summary>Shape (rows, outputs); NaN in rows that were refused.</summary>
    public Matrix Predictions => rows.Predictions!;

    public void Dispose() => lease.Dispose();
}
