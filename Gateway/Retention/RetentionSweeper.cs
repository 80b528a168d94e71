using Microsoft.Extensions.Options;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Gateway.Retention;

/// <summary>Deletes what is older than it is kept, a little at a time, so that nobody waits long for the database.</summary>
internal sealed partial class RetentionSweeper(
    [FromKeyedServices(GatewayService.Schema)] Database database,
    RetentionStore store,
    IOptions<RetentionOptions> options,
    TimeProvider time,
    ILogger<RetentionSweeper> logger) : BackgroundService
{
    internal const int Batch = 500;

    private static readonly TimeSpan Period = TimeSpan.FromMinutes(10);

    // The longest that Pub/Sub keeps a message.
    private static readonly TimeSpan PushesComeAgainFor = TimeSpan.FromDays(31);
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(100);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await database.WaitUntilReadyAsync(stoppingToken);
        while (true)
        {
            try
            {
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
        var (now, kept) = (time.GetUtcNow(), options.Value);
        var runs = 0;
        if (kept.RetentionDays > 0)
        {
            runs += await DeleteAsync(store.DeleteSucceededAsync, now.AddDays(-kept.RetentionDays), cancellationToken);
        }

        if (kept.FailedRetentionDays > 0)
        {
            runs += await DeleteAsync(store.DeleteOthersAsync, now.AddDays(-kept.FailedRetentionDays), cancellationToken);
        }

        var keys = await DeleteAsync(store.DeleteKeysAsync, now.AddHours(-kept.IdempotencyHours), cancellationToken);
        var pushes = await DeleteAsync(store.DeletePushesAsync, now - PushesComeAgainFor, cancellationToken);
        if (runs + keys + pushes > 0)
        {
            LogSwept(runs, keys, pushes);
        }
    }

    private async Task<int> DeleteAsync(
        Func<DateTimeOffset, int, CancellationToken, Task<int>> delete, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var total = 0;
        while (await delete(before, Batch, cancellationToken) is var count and > 0)
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

    [LoggerMessage(LogLevel.Information, "Deleted {Runs} runs, {Keys} idempotency keys and {Pushes} pushes because of their age")]
    private partial void LogSwept(int runs, int keys, int pushes);

    [LoggerMessage(LogLevel.Warning, "Could not delete old runs, trying again")]
    private partial void LogNotSwept(Exception exception);
}
