using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Hosting;

namespace Skipper.Services.Serving.Models;

/// <summary>Adds the loaded models and what keeps them in step with the registry.</summary>
internal static class ModelsHosting
{
    public static void AddModels(this IHostApplicationBuilder builder)
    {
        builder.AddMessaging()
            .Handle<ListServedModels, ServedModelList, ListServedModelsHandler>()
            .Handle<LoadModel, ServedModelStatus, LoadModelHandler>()
            .Handle<UnloadModel, ServedModelList, UnloadModelHandler>()
            .Subscribe<ModelPublished, ModelPublishedHandler>()
            .Subscribe<ModelAliasChanged, ModelAliasChangedHandler>()
            .Subscribe<ModelLoaded, ModelLoadedHandler>()
            .Subscribe<ModelUnloaded, ModelUnloadedHandler>();

        builder.Services.AddSingleton<ManifestStore>();
        builder.Services.AddSingleton<Withdrawals>();
        builder.Services.AddSingleton<LoadStates>();
        builder.Services.AddSingleton<ModelCatalog>();
        builder.Services.AddSingleton<ModelOpener>();
        builder.Services.AddSingleton<ModelIntake>();
        builder.Services.AddSingleton<ModelFinder>();
        builder.Services.AddSingleton<ServedModelIndex>();
        builder.Services.AddSingleton<ModelLoader>();
        builder.Services.AddHostedService(services => services.GetRequiredService<ModelLoader>());
        builder.Services.AddSingleton<ModelsHealthCheck>();
        builder.Services.AddHealthChecks().AddCheck<ModelsHealthCheck>("models");
    }
}
