using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Microsoft.Extensions.Options;
using Skipper.Services.Serving.Predictions;
using Skipper.Services.Serving.StoredPredictions;

namespace Skipper.Services.Serving.PredictionLogs;

/// <summary>
/// Keeps a share of all predictions. An answer never waits for it: rows are taken into a bounded queue and written in batches; where
/// the database is away or too slow they are dropped, and counted.
/// </summary>
internal sealed partial class PredictionLog(
    PredictionStore store, IOptions<StoredPredictionOptions> options, TimeProvider time, ILogger<PredictionLog> logger)
    : BackgroundService, IPredictionObserver
{
    internal const int Capacity = 10_000;
    private const int BatchRows = 500;

    // So that single predictions are written together; also the pause after a failure.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private static readonly Meter Meter = new("Skipper.Serving");

    private static readonly Counter<long> Written =
        Meter.CreateCounter<long>("skipper.predictions.logged", "{row}", "Rows written to the prediction log.");

    private static readonly Counter<long> DroppedRows =
        Meter.CreateCounter<long>("skipper.predictions.dropped", "{row}", "Rows that the prediction log took no more, or could not write.");

    private readonly Channel<LoggedRow> _waiting =
        Channel.CreateBounded<LoggedRow>(new BoundedChannelOptions(Capacity) { SingleReader = true });

    private readonly List<PredictionRow> _batch = new(BatchRows);
    private readonly double _share = options.Value.LoggedShare;
    private long _seen;
    private long _dropped;

    /// <summary>Rows that were to be logged and are not.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    public void Observe(ScoredCall scored, TimeSpan elapsed)
    {
        if (_share <= 0 || scored.Call.IsKept)
        {
            return;
        }

        // Every row that brings the share of all rows so far to the next whole number: exact, and the same for small and large calls.
        var first = Interlocked.Add(ref _seen, scored.Rows.Count) - scored.Rows.Count;
        var now = time.GetUtcNow();
        for (var row = 0; row < scored.Rows.Count; row++)
        {
            if (Math.Floor((first + row + 1) * _share) > Math.Floor((first + row) * _share) && scored.Rows.Error(row) is null)
            {
                Take(scored, row, now);
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var reported = 0L;
        while (await _waiting.Reader.WaitToReadAsync(stoppingToken))
        {
            await Task.Delay(Pause, time, stoppingToken);
            while (Fill())
            {
                await WriteAsync(stoppingToken);
                if (Dropped is var dropped && dropped > reported)
                {
                    LogDropped(dropped - reported, dropped);
                    reported = dropped;
                }
            }
        }
    }

    /// <summary>Writes what still waits, once: who stops a process does not wait for a database that is away.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            for (; Fill(); _batch.Clear())
            {
                await store.AddAsync(_batch, cancellationToken);
            }
        }
        catch (Exception exception)
        {
            // The rows were never promised to anybody.
            LogNotWritten(exception.Message);
        }
    }

    private void Take(ScoredCall scored, int row, DateTimeOffset now)
    {
        // Seen before anything is copied: while rows are dropped, dropping them costs nothing.
        if (_waiting.Reader.Count >= Capacity || !_waiting.Writer.TryWrite(new LoggedRow(scored, row, now)))
        {
            Drop(1);
        }
    }

    private void Drop(int rows)
    {
        Interlocked.Add(ref _dropped, rows);
        DroppedRows.Add(rows);
    }

    private bool Fill()
    {
        while (_batch.Count < BatchRows && _waiting.Reader.TryRead(out var row))
        {
            _batch.Add(row.ToPredictionRow());
        }

        return _batch.Count > 0;
    }

    private async Task WriteAsync(CancellationToken stoppingToken)
    {
        for (var pause = Pause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                await store.AddAsync(_batch, stoppingToken);
                Written.Add(_batch.Count);
                _batch.Clear();
                return;
            }
            catch (System.Data.Common.DbException exception) when (exception.IsTransient)
            {
                if (pause == Pause)
                {
                    LogNotWritten(exception.Message);
                }
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // Again would fail again, and a loop that throws would stop the process.
                LogNotWritten(exception.Message);
                Drop(_batch.Count);
                _batch.Clear();
                return;
            }

            await Task.Delay(pause, time, stoppingToken);
        }
    }
}
