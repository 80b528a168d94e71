using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Skipper.Services.Serving.Models;

/// <summary>Healthy as soon as it is known what is to be served; that may be nothing yet.</summary>
internal sealed class ModelsHealthCheck(ModelLoader loader) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken) =>
        Task.FromResult(loader.IsReady
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy("The training service has not said yet which models there are."));
}
