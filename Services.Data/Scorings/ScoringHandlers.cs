using Skipper.Services.Data.Datasets;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Data.Scorings;

/// <summary>Cuts a dataset version. Idempotent by content: the same rows are the same artifacts.</summary>
internal sealed class PlanScoringHandler(DatasetCatalog catalog, ScoringPlanner planner) : IMessageHandler<PlanScoring, ScoringPlan>
{
    private const int DefaultRows = 10_000;
    private const int MostRows = 1_000_000;

    public async Task<ScoringPlan> HandleAsync(PlanScoring message, MessageContext context, CancellationToken cancellationToken)
    {
        var rows = message.Data.RowsPerPart ?? DefaultRows;
        if (rows is < 1 or > MostRows)
        {
            throw MeshException.InvalidArgument($"data.rows_per_part must be from 1 to {MostRows}, was {rows}.");
        }

        var dataset = await catalog.FindAsync(message.Data.Dataset, message.Data.Version, cancellationToken);
        return await planner.PlanAsync(dataset, rows, context.Report, cancellationToken);
    }
}

/// <summary>Publishes scored parts. Idempotent by content: the same parts are the same version.</summary>
internal sealed class PublishScoresHandler(ScorePublisher publisher) : IMessageHandler<PublishScores, PublishedScores>
{
    public Task<PublishedScores> HandleAsync(PublishScores message, MessageContext context, CancellationToken cancellationToken) =>
        publisher.PublishAsync(message.Data, cancellationToken);
}
