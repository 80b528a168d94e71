using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Hosting;

namespace Skipper.Services.Serving.Scorings;

/// <summary>Scoring of datasets, part by part.</summary>
internal static class ScoringHosting
{
    // A part is work for a core, and predictions that somebody waits for need one too.
    private const int PartsAtATime = 1;

    public static void AddScorings(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<PartScorer>();
        builder.AddMessaging()
            .Handle<ScorePart, ScoredPart, ScorePartHandler>()
            .Concurrency(Queues.Scoring, PartsAtATime);
    }
}
