using Skipper.Services.Serving.Models;
using Skipper.Services.Serving.Rollouts;
using Skipper.Services.Serving.Suspects;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Serving.Predictions;

/// <summary>The one way to a prediction: find the model, read and check the rows, score them in its lane, tell the observers.</summary>
internal sealed class Predictor(
    RolloutTable rollouts, ModelFinder models, SuspectScorer suspects, IEnumerable<IPredictionObserver> observers, TimeProvider time)
{
    private readonly IPredictionObserver[] _observers = [.. observers];

    /// <exception cref="MeshException">There is no such model, or the call is refused as a whole; says why.</exception>
    public async ValueTask<ScoredCall> PredictAsync(PredictionCall call, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var route = rollouts.Route(ModelReference.Parse(call.Model), call);
        ModelLease? lease = null;
        try
        {
            lease = await models.LeaseAsync(route.Model, cancellationToken);
            var model = lease.Model;
            var requests = model.Lane.Requests;
            requests.Begin();
            var rows = new RowBatch(call.Rows.Count, model.Signature.Features.Count, call.EachAlone);
            call.Rows.Read(model, rows);
            requests.Read(time.GetElapsedTime(started));
            await (call.Redelivered
                ? suspects.ScoreAsync(model, rows, call, cancellationToken)
                : model.Lane.ScoreAsync(rows, call, cancellationToken));
            RefuseInfinite(model, rows);
            var scored = new ScoredCall(call, route, lease, rows);
            var elapsed = time.GetElapsedTime(started);
            foreach (var observer in _observers)
            {
                observer.Observe(scored, elapsed);
            }

            requests.Succeed(elapsed, time.GetUtcNow());
            return scored;
        }
        catch (Exception exception)
        {
            var elapsed = time.GetElapsedTime(started);
            route.Failed(exception, call, elapsed, time.GetUtcNow());
            lease?.Model.Lane.Requests.FailWith(exception, elapsed);
            lease?.Dispose();
            throw;
        }
    }

    private static void RefuseInfinite(ServedModel model, RowBatch rows)
    {
        var predictions = rows.Predictions!;
        for (var row = 0; row < rows.Count; row++)
        {
            var wrong = predictions.Row(row).IndexOfAnyExceptInRange(double.MinValue, double.MaxValue);
            if (wrong >= 0 && rows.Error(row) is null)
            {
                rows.Refuse(row, MeshException.InvalidArgument(
                    $"Row {row}: its values are so far from what the model was trained on that the "
                    + $"prediction of '{model.Outputs[wrong]}' is not finite."));
            }
        }
    }
}
