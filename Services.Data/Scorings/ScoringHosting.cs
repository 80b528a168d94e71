using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Hosting;

namespace Skipper.Services.Data.Scorings;

/// <summary>Both ends of scoring a dataset, as parts of the data service.</summary>
internal static class ScoringHosting
{
    public static void AddScorings(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ScoringPlanner>();
        builder.Services.AddSingleton<ScorePublisher>();
        builder.AddMessaging()
            .Handle<PlanScoring, ScoringPlan, PlanScoringHandler>()
            .Handle<PublishScores, PublishedScores, PublishScoresHandler>();
    }
}
