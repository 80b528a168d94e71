namespace Skipper.Gateway.RunsApi;

internal static class RunsApiHosting
{
    public static void AddRunsApi(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptionsWithValidateOnStart<RunWatchOptions>()
            .BindConfiguration(RunWatchOptions.Section)
            .ValidateDataAnnotations();
        builder.Services.AddSingleton<RunReader>();
        builder.Services.AddSingleton<RunChanges>();
        builder.Services.AddSingleton<RunPoll>();
        builder.Services.AddSingleton<RunEventStream>();
        builder.Services.AddSingleton<RunFeed>();
        builder.Services.AddSingleton<RunFeedStream>();
        builder.Services.AddHostedService<RunChangePoller>();
    }
}
