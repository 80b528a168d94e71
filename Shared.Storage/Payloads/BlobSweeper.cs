using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Skipper.Shared.Storage.Payloads;

/// <summary>Deletes expired blobs every hour. Several processes may do so side by side.</summary>
internal sealed partial class BlobSweeper(IExpiringBlobs blobs, TimeProvider time, ILogger<BlobSweeper> logger) : BackgroundService
{
    // Not at once: a database that is away when everything starts is no news from here.
    private static readonly TimeSpan FirstPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Period = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var pause = FirstPause; ; pause = Period)
        {
            await Task.Delay(pause, time, stoppingToken);
            try
            {
                var count = await blobs.SweepAsync(stoppingToken);
                if (count > 0)
                {
                    LogSwept(count);
                }
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // A sweep that fails, for whatever reason, is made up for by the next one.
                LogNotSwept(exception);
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "Deleted expired payloads: {Count}")]
    private partial void LogSwept(int count);

    [LoggerMessage(LogLevel.Warning, "Could not delete expired payloads")]
    private partial void LogNotSwept(Exception exception);
}
