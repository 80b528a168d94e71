using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Serving.Scorings;

/// <summary>Scores a part. Idempotent by content: a second delivery makes the same artifact of the same rows and version.</summary>
internal sealed class ScorePartHandler(PartScorer scorer) : IMessageHandler<ScorePart, ScoredPart>
{
    public Task<ScoredPart> HandleAsync(ScorePart message, MessageContext context, CancellationToken cancellationToken) =>
        scorer.ScoreAsync(message.Data, context, cancellationToken);
}
