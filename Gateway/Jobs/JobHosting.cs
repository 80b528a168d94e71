namespace Skipper.Gateway.Jobs;

internal static class JobHosting
{
    public static void AddJobs(this IHostApplicationBuilder builder)
    {
        builder.Logging.AddFilter("Quartz", LogLevel.Warning);
        builder.Services.AddSingleton<QuartzStore>();
        builder.Services.AddSingleton<QuartzJobEngine>();
        builder.Services.AddSingleton<IJobEngine>(services => services.GetRequiredService<QuartzJobEngine>());
        builder.Services.AddHostedService(services => services.GetRequiredService<QuartzJobEngine>());
    }

    /// <summary>Adds who is called when tickets of a handler are due.</summary>
    public static void AddJobHandler<T>(this IHostApplicationBuilder builder, string handler)
        where T : class, IJobHandler => builder.Services.AddKeyedSingleton<IJobHandler, T>(handler);
}
