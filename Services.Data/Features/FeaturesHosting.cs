using Skipper.Services.Data.Profiles;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Hosting;

namespace Skipper.Services.Data.Features;

/// <summary>Features, transforms and profiles, as parts of the data service.</summary>
internal static class FeaturesHosting
{
    public static void AddFeatures(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<FeatureBuilder>();
        builder.Services.AddSingleton<TransformStore>();
        builder.Services.AddSingleton<VersionProfiles>();
        builder.AddMessaging()
            .Handle<BuildFeatures, DatasetVersion, BuildFeaturesHandler>()
            .Handle<FitTransform, TransformFit, FitTransformHandler>()
            .Handle<ListTransforms, TransformList, ListTransformsHandler>()
            .Handle<ProfileDataset, DatasetProfile, ProfileDatasetHandler>();
    }
}
