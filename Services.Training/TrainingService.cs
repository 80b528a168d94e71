namespace Skipper.Services.Training;

/// <summary>What the training service listens to, and what it needs for that.</summary>
public static class TrainingService
{
    public static void AddTrainingService(this IHostApplicationBuilder builder) => builder.Services.AddHealthChecks();

    public static void MapTrainingService(this WebApplication app) => app.MapHealthChecks("/healthz");
}
