using Microsoft.Extensions.Diagnostics.HealthChecks;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Rpc;

namespace Skipper.Gateway.Health;

/// <summary>Healthy while a message makes it to a consumer and back; a connection alone does not prove that.</summary>
internal sealed class ConsumerHealthCheck(IRpcClient rpc) : IHealthCheck
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await rpc.CallAsync(Queues.Control, CanaryHandler.Request, Timeout, cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (MeshException exception)
        {
            return HealthCheckResult.Unhealthy(exception.Message);
        }
    }
}
