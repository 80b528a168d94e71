using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Skipper.Gateway.Docs;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Gateway.Health;

/// <summary>Liveness: the process answers. Readiness: so do the database, the broker and a consumer.</summary>
internal static class HealthEndpoints
{
    private static readonly OperationDocs Docs = new(
        "Tells whether the gateway can do its work.",
        null,
        new OperationDocs.Response(
            200, "Ready.", """{"status":"ready","checks":{"database":{"status":"ok"},"broker":{"status":"ok"},"consumer":{"status":"ok"}}}"""),
        new OperationDocs.Response(
            503, "Not ready; the check that failed says why.", """{"status":"not_ready","checks":{"broker":{"status":"failed","reason":"Connection refused"}}}"""));

    public static void AddHealth(this IHostApplicationBuilder builder)
    {
        builder.Services.AddHealthChecks().AddCheck<ConsumerHealthCheck>("consumer", timeout: TimeSpan.FromSeconds(5));
        builder.Services.AddSingleton<Readiness>();
    }

    public static void MapHealth(this WebApplication app)
    {
        app.MapHealthChecks("/healthz", new HealthCheckOptions { Predicate = _ => false }).AllowAnonymous();
        app.MapGet("/readyz", ReadyAsync).AllowAnonymous().WithTags("health").WithDocs(Docs);
    }

    private static async Task<IResult> ReadyAsync(Readiness readiness, CancellationToken cancellationToken)
    {
        var report = await readiness.CheckAsync(cancellationToken);
        var isReady = report.Status is HealthStatus.Healthy;
        return Results.Json(
            new
            {
                Status = isReady ? "ready" : "not_ready",
                Checks = report.Entries.ToDictionary(
                    entry => entry.Key,
                    entry => new
                    {
                        Status = entry.Value.Status is HealthStatus.Healthy ? "ok" : "failed",
                        Reason = entry.Value.Status is HealthStatus.Healthy ? null : entry.Value.Description,
                    }),
            },
            MessageJson.Options,
            statusCode: isReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }
}
