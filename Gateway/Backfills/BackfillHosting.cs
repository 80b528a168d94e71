namespace Skipper.Gateway.Backfills;

internal static class BackfillHosting
{
    public static void AddBackfills(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<BackfillStore>();
        builder.Services.AddSingleton<BackfillDriver>();
        builder.Services.AddHostedService(services => services.GetRequiredService<BackfillDriver>());
    }
}
