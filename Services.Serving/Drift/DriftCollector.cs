using Microsoft.Extensions.Options;
using Skipper.Services.Serving.Models;

namespace Skipper.Services.Serving.Drift;

/// <summary>Counts predicted rows a few times a second, and now and then writes the counts and looks at them.</summary>
internal sealed partial class DriftCollector(
    DriftObserver observer,
    ReferenceFinder references,
    DriftStore store,
    DriftAlarms alarms,
    DriftMetrics metrics,
    IOptions<DriftOptions> options,
    TimeProvider time,
    ILogger<DriftCollector> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(5);

    private readonly Guid _worker = Guid.NewGuid();
    private readonly Dictionary<(ModelReference Version, long Hour), DriftCounts> _counts = [];
    private readonly HashSet<(ModelReference Version, long Hour)> _changed = [];
    private readonly Dictionary<ModelReference, DateTimeOffset> _askAt = [];
    private long _sweptHour;
    private bool _isAway;

    /// <summary>Counts what has arrived. What nothing is known of yet stays where it is.</summary>
    internal async Task CollectAsync(CancellationToken cancellationToken)
    {
        foreach (var (version, inbox) in observer.Inboxes)
        {
            if (await FindAsync(version, inbox, cancellationToken) is { } reference && inbox.Take() is { } rows)
            {
                var key = (version, DriftMeter.HourOf(time.GetUtcNow()));
                if (!_counts.TryGetValue(key, out var counts))
                {
                    _counts.Add(key, counts = DriftCounts.For(reference));
                }

                counts.Add(reference, rows);
                _changed.Add(key);
            }
        }
    }

    /// <summary>Writes what has changed, and raises alarms.</summary>
    internal async Task FlushAsync(CancellationToken cancellationToken)
    {
        foreach (var key in _changed.ToList())
        {
            await store.SaveAsync(key.Version, key.Hour, _worker, _counts[key], cancellationToken);
            _changed.Remove(key);
            await alarms.LookAsync(key.Version, (await references.FindAsync(key.Version, cancellationToken))!, cancellationToken);
        }

        var hour = DriftMeter.HourOf(time.GetUtcNow());
        if (_sweptHour != hour)
        {
            foreach (var old in _counts.Keys.Where(key => key.Hour < hour).ToList())
            {
                _counts.Remove(old);
            }

            metrics.Keep(_counts.Keys.Select(key => key.Version));
            await store.DeleteAsync(hour - (options.Value.KeptDays * 24), cancellationToken);
            _sweptHour = hour;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        var flushed = time.GetTimestamp();
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                var isDue = time.GetElapsedTime(flushed) >= TimeSpan.FromSeconds(options.Value.FlushSeconds);
                flushed = isDue ? time.GetTimestamp() : flushed;
                await TryAsync(isDue, stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // What was counted since the last time; there is nothing to wait for where the database is away.
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2), time);
            await TryAsync(isDue: true, patience.Token);
        }
    }

    private async Task TryAsync(bool isDue, CancellationToken cancellationToken)
    {
        try
        {
            await CollectAsync(cancellationToken);
            if (isDue)
            {
                await FlushAsync(cancellationToken);
                _isAway = false;
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // Counts are kept and written the next time: nobody's prediction depends on them.
            if (!_isAway)
            {
                LogNotWritten(exception);
            }

            _isAway = true;
        }
        catch (OperationCanceledException)
        {
            // The loop ends by itself.
        }
    }

    private async ValueTask<VersionReference?> FindAsync(ModelReference version, DriftInbox inbox, CancellationToken cancellationToken)
    {
        if (_askAt.TryGetValue(version, out var askAt) && time.GetUtcNow() < askAt)
        {
            return null;
        }

        try
        {
            var reference = await references.FindAsync(version, cancellationToken);
            if (reference is null)
            {
                inbox.Close();
            }

            return reference;
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The registry or the store of artifacts is away; until they are back its rows wait, as far as there is room.
            _askAt[version] = time.GetUtcNow() + AskAgainAfter;
            return null;
        }
    }

    [LoggerMessage(LogLevel.Warning, "Could not write what was counted for drift, or announce it; trying again until it works")]
    private partial void LogNotWritten(Exception exception);
}
