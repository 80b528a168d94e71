using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Skipper.Services.Serving.Models;

/// <summary>
/// Healthy as soon as it is known what is to be served, which may be nothing yet, and every alias has a version that answers. A worker
/// that was healthy once stays ready when a new alias cannot be served: the others are, and taking it away would take them too.
/// </summary>
internal sealed class ModelsHealthCheck(ModelLoader loader, ModelIntake intake) : IHealthCheck
{
    private volatile bool _wasHealthy;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken) =>
        Task.FromResult(Check());

    private HealthCheckResult Check()
    {
        if (!loader.IsReady)
        {
            return HealthCheckResult.Unhealthy("The training service has not said yet which models there are.");
        }

        if (intake.ColdAliases is { Count: > 0 } cold)
        {
            var reason = $"Aliases without a version that answers: {string.Join("; ", cold)}";
            return _wasHealthy ? HealthCheckResult.Degraded(reason) : HealthCheckResult.Unhealthy(reason);
        }

        _wasHealthy = true;
        return HealthCheckResult.Healthy();
    }
}
