namespace Skipper.Services.Data;

/// <summary>What the data service listens to, and what it needs for that.</summary>
public static class DataService
{
    public static void AddDataService(this IHostApplicationBuilder builder) => builder.Services.AddHealthChecks();

    public static void MapDataService(this WebApplication app) => app.MapHealthChecks("/healthz");
}
