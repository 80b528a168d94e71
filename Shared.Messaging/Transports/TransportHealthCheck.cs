using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Skipper.Shared.Messaging.Transports;

/// <summary>Healthy while messages can be sent.</summary>
internal sealed class TransportHealthCheck(ITransport transport) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(transport.State is { IsReady: false, Reason: var reason }
            ? HealthCheckResult.Unhealthy(reason)
            : HealthCheckResult.Healthy());
}
