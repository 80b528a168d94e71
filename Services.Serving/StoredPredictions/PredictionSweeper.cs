using Microsoft.Extensions.Options;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Services.Serving.StoredPredictions;

/// <summary>Deletes what is older than it is kept, a little at a time, so that nobody waits long for the database.</summary>
internal sealed partial class PredictionSweeper(
    [FromKeyedServices(ServingService.Schema)] Database database,
    PredictionStore store,
    IOptions<StoredPredictionOptions> options,
    TimeProvider time,
    ILogger<PredictionSweeper> logger) : BackgroundService
{
    internal const int Batch = 500;

    private static readonly TimeSpan Period = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(100);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                await database.WaitUntilReadyAsync(stoppingToken);
                await SweepAsync(stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // Made up for by the next one.
                LogNotSwept(exception);
            }

            await Task.Delay(Period, time, stoppingToken);
        }
    }

    internal async Task SweepAsync(CancellationToken cancellationToken)
    {
        var sampled = await DeleteAsync(PredictionRow.Sampled, options.Value.LogDays, cancellationToken);
        var stored = await DeleteAsync(PredictionRow.Stored, options.Value.StoredDays, cancellationToken);
        if (sampled + stored > 0)
        {
            LogSwept(sampled, stored);
        }
    }

    private async Task<int> DeleteAsync(string source, double days, CancellationToken cancellationToken)
    {
        var (total, before) = (0, time.GetUtcNow().AddDays(-days));
        while (days > 0 && await store.DeleteAsync(source, before, Batch, cancellationToken) is var count and > 0)
        {
            total += count;
            if (count < Batch)
            {
                break;
            }

            await Task.Delay(Breath, time, cancellationToken);
        }

        return total;
    }

    [LoggerMessage(LogLevel.Information, "Deleted {Sampled} logged and {Stored} stored predictions because of their age")]
    private partial void LogSwept(int sampled, int stored);

    [LoggerMessage(LogLevel.Warning, "Could not delete old predictions, trying again")]
    private partial void LogNotSwept(Exception exception);
}
