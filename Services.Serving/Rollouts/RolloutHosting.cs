using Skipper.Services.Serving.Predictions;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Hosting;

namespace Skipper.Services.Serving.Rollouts;

/// <summary>Adds rollouts: calls for one model, split between its versions.</summary>
internal static class RolloutHosting
{
    public static void AddRollouts(this IHostApplicationBuilder builder)
    {
        builder.AddMessaging()
            .Handle<SetRollout, Rollout, SetRolloutHandler>()
            .Handle<StopRollout, Rollout, StopRolloutHandler>()
            .Handle<FindRollout, RolloutReport, FindRolloutHandler>()
            .Handle<ListRolloutChanges, RolloutHistory, ListRolloutChangesHandler>()
            .Subscribe<RolloutChanged, RolloutChangedHandler>();

        builder.Services.AddOptions<RolloutOptions>()
            .BindConfiguration(RolloutOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<RolloutTable>();
        builder.Services.AddSingleton<RolloutStore>();
        builder.Services.AddSingleton<LaneCountStore>();
        builder.Services.AddSingleton<RolloutKeeper>();
        builder.Services.AddSingleton<PlanChecks>();
        builder.Services.AddSingleton<LaneComparer>();
        builder.Services.AddSingleton<IPredictionObserver>(services => services.GetRequiredService<LaneComparer>());
        builder.Services.AddHostedService(services => services.GetRequiredService<LaneComparer>());
        builder.Services.AddSingleton<RolloutFollower>();
        builder.Services.AddHostedService(services => services.GetRequiredService<RolloutFollower>());
    }
}
