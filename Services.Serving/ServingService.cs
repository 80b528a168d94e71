namespace Skipper.Services.Serving;

/// <summary>What the serving service listens to, and what it needs for that.</summary>
public static class ServingService
{
    public static void AddServingService(this IHostApplicationBuilder builder) => builder.Services.AddHealthChecks();

    public static void MapServingService(this WebApplication app) => app.MapHealthChecks("/healthz");
}
