namespace Skipper.Gateway.Runs;

internal static class RunHosting
{
    public static void AddRuns(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptionsWithValidateOnStart<RunOptions>()
            .BindConfiguration(RunOptions.Section)
            .ValidateDataAnnotations();
        builder.Services.AddSingleton<RunSignal>();
        builder.Services.AddSingleton<RunStore>();
        builder.Services.AddSingleton<StepStore>();
        builder.Services.AddSingleton<StepLogStore>();
        builder.Services.AddSingleton<StepTransitions>();
        builder.Services.AddSingleton<ResultStore>();
        builder.Services.AddSingleton<RunJournal>();
        builder.Services.AddSingleton<DispatchStore>();
        builder.Services.AddSingleton<RunCancellation>();
        builder.Services.AddSingleton<WorkflowProgress>();
        builder.Services.AddSingleton<RunLauncher>();
        builder.Services.AddSingleton<IRunLauncher>(services => services.GetRequiredService<RunLauncher>());
        builder.Services.AddSingleton<IRunControl, RunControl>();
        builder.Services.AddSingleton<ReaperStore>();
        builder.Services.AddSingleton<RunResults>();
        builder.Services.AddHostedService(services => services.GetRequiredService<RunResults>());
        builder.Services.AddHostedService<RunReaper>();
        builder.Services.AddHostedService<RunRelay>();
    }
}
