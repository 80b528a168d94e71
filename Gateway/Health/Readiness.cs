using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Skipper.Gateway.Health;

/// <summary>Asks all health checks, at most once in two seconds however often it is asked itself.</summary>
internal sealed class Readiness(HealthCheckService checks, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan ValidFor = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _one = new(1, 1);
    private (HealthReport Report, long At)? _last;

    public async Task<HealthReport> CheckAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (_last is not var (report, at) || time.GetElapsedTime(at) >= ValidFor)
            {
                report = await checks.CheckHealthAsync(cancellationToken);
                _last = (report, time.GetTimestamp());
            }

            return report;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();
}
