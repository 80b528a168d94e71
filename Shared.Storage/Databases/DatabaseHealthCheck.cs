using System.Data.Common;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Skipper.Shared.Storage.Databases;

/// <summary>A database that was added to this process.</summary>
internal sealed record DatabaseRegistration(string Schema);

/// <summary>Healthy when every database of this process can be read.</summary>
internal sealed class DatabaseHealthCheck(IEnumerable<DatabaseRegistration> registrations, IServiceProvider services)
    : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken)
    {
        foreach (var schema in registrations.Select(registration => registration.Schema).Distinct())
        {
            var database = services.GetRequiredKeyedService<Database>(schema);
            try
            {
                await database.ReadAsync(connection => connection.ExecuteScalarAsync<long>("SELECT 1"), cancellationToken);
            }
            catch (DbException exception)
            {
                return HealthCheckResult.Unhealthy($"{schema}: {exception.Message}");
            }
        }

        return HealthCheckResult.Healthy();
    }
}
