namespace Skipper.Gateway.RunsApi;

/// <summary>
/// Finds what other gateways changed, and progress, which is no event: one look a second at all runs that somebody waits for.
/// </summary>
internal sealed partial class RunChangePoller(
    RunChanges changes, RunReader runs, TimeProvider time, ILogger<RunChangePoller> logger) : BackgroundService
{
    private const int Batch = 500;
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private Dictionary<Guid, RunPulse?> _seen = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await Task.Delay(Period, time, stoppingToken);
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // Whoever waits goes on waiting; the next look may succeed.
                LogNotPolled(exception);
            }
        }
    }

    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        var seen = new Dictionary<Guid, RunPulse?>();
        foreach (var ids in changes.Watched().Chunk(Batch))
        {
            var found = (await runs.PulsesAsync(ids, cancellationToken)).ToDictionary(pulse => pulse.Id);
            foreach (var id in ids)
            {
                // A run that is gone has changed, too: whoever waits for it would wait in vain.
                var pulse = seen[id] = found.GetValueOrDefault(id);
                if (!_seen.TryGetValue(id, out var before) || before != pulse)
                {
                    changes.Changed(id);
                }
            }
        }

        _seen = seen;
    }

    [LoggerMessage(LogLevel.Warning, "Could not look for changes of watched runs")]
    private partial void LogNotPolled(Exception exception);
}
