using Skipper.Services.Serving.Models;
using Skipper.Services.Serving.StoredPredictions;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Serving.Labels;

/// <summary>Joins labels with what was predicted. Idempotent: it says what a label is, and the newest word counts.</summary>
internal sealed class AddFeedbackHandler(PredictionStore predictions, LabelStore labels, ModelFinder models)
    : IMessageHandler<AddFeedback, FeedbackCount>
{
    public async Task<FeedbackCount> HandleAsync(AddFeedback message, MessageContext context, CancellationToken cancellationToken)
    {
        var (request, given) = (message.Data.RequestId, message.Data.Labels);
        if (given.Count == 0 || given.DistinctBy(label => label.Row).Count() < given.Count)
        {
            throw MeshException.InvalidArgument("data.labels must have at least one label, and each row at most once.");
        }

        var rows = await predictions.FindAsync(request, cancellationToken);
        if (rows.Count == 0)
        {
            throw MeshException.NotFound(
                $"Nothing is kept for request '{request}'. Only stored predictions, and those that the log has taken, take labels.");
        }

        await labels.AddAsync(await ScoreAsync(rows, given, cancellationToken), cancellationToken);
        return new FeedbackCount
        {
            RequestId = request,
            RowCount = rows.Count,
            LabeledCount = await labels.CountAsync(request, cancellationToken),
        };
    }

    private async Task<IReadOnlyList<LabelRow>> ScoreAsync(
        List<PredictionRow> rows, IReadOnlyList<RowLabel> labels, CancellationToken cancellationToken)
    {
        // The version that predicted it says what its targets and classes are.
        using var lease = await models.LeaseAsync($"{rows[0].Model}@{rows[0].Version}", cancellationToken);
        var scorer = new LabelScorer(lease.Model.Manifest);
        var byNumber = rows.ToDictionary(row => row.RowNumber);
        return
        [
            .. labels.SelectMany(label =>
            {
                var row = byNumber.GetValueOrDefault(label.Row)
                    ?? throw MeshException.InvalidArgument($"Row {label.Row} of request '{rows[0].RequestId}' is not kept.");
                return scorer.Score(label, row.Outputs()).Select(scored => scored with
                {
                    RequestId = row.RequestId,
                    RowNumber = row.RowNumber,
                    Model = row.Model,
                    Version = row.Version,
                    PredictedAt = row.PredictedAt,
                });
            }),
        ];
    }
}
