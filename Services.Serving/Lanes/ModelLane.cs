using System.Text.Json;
using Skipper.Services.Serving.Predictions;
using Skipper.Shared.Engines;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Serving.Lanes;

/// <summary>
/// Where the calls of one loaded version are scored, those that come while the engine is busy together. The life of a call:
/// 1. few cheap rows that find the engine free are scored at once by whoever brought them: at one call in flight a lane costs nothing,
/// 2. others wait in line, as long as the line is not too long; a scoring thread is asked for unless one is on its way,
/// 3. the thread takes all that fits and answers who would be too late; where the engine's fixed cost is worth it, it waits for more
///    (<see cref="HoldRule"/>), otherwise never: calls gather while the engine is busy,
/// 4. the engine runs; a batch that fails is divided (<see cref="BatchRunner"/>),
/// 5. what it took is learned, and calls with no row left in any batch are told.
/// A call that is given up leaves at once, or when the batch it is in has ended: its caller holds the model until then.
/// </summary>
internal sealed partial class ModelLane : IDisposable
{
    // Engines give more rows than these to native code, which would leave memory behind on the caller's thread.
    private const int MostHere = 8;

    // Going to another thread and back costs a good part of that.
    private const double LongestHere = 200e-6;

    // Batches that a remote engine has in hand at a time.
    private const int RemoteBatches = 4;

    private readonly Lock _lock = new();
    private readonly LaneQueue _queue = new();
    private readonly CostModel _cost = new();
    private readonly BatchCounters _batches = new();
    private readonly ITrainedModel _model;
    private readonly BatchingOptions _options;
    private readonly LaneClock _clock;
    private readonly HoldRule _hold;
    private readonly BatchRunner _runner;
    private readonly IScoringThreads _threads;
    private readonly ScoringThreads? _own;
    private ITimer? _timer;
    private int _active;
    private bool _isDue;
    private int _mostRows;

    public ModelLane(ITrainedModel model, LaneSettings settings)
    {
        (_model, _options, _clock) = (model, settings.Batching, new LaneClock(settings.Time));
        // Whoever waits for another process must not keep the engines of this one waiting.
        _own = model.IsRemote ? new ScoringThreads(RemoteBatches) : null;
        _threads = _own ?? settings.Threads;
        _mostRows = _options.MaxRows;
        _hold = new HoldRule(TimeSpan.FromMilliseconds(_options.MaxHoldMilliseconds), _clock);
        _runner = new BatchRunner(model, settings.Logger);
    }

    /// <summary>What came of the requests.</summary>
    public RequestCounters Requests { get; } = new();

    private int MostRows => _cost.RowsWithin(_options.LatencyMilliseconds / 2000, _mostRows);

    /// <summary>Scores the rows that were not refused.</summary>
    /// <exception cref="MeshException">Too many rows wait, the deadline is too near, or the engine refuses the call.</exception>
    public ValueTask ScoreAsync(RowBatch rows, PredictionCall call, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (rows.Refused == rows.Count)
        {
            rows.Predictions = LaneCall.Empty(rows, _model.OutputCount);
            return ValueTask.CompletedTask;
        }

        var waiting = new LaneCall(rows, call, _model.OutputCount) { Arrived = _clock.Now, Deadline = _clock.At(call.Deadline) };
        if (TryStart(waiting) is not { } batch)
        {
            return new ValueTask(WaitAsync(waiting, cancellationToken));
        }

        Run(batch); // 1
        return waiting.Failure is { } failure ? ValueTask.FromException(failure) : ValueTask.CompletedTask;
    }

    public void Dispose()
    {
        _timer?.Dispose();
        _own?.Dispose();
    }

    /// <summary>1, 2: the batch that the caller runs itself; null where the call waits in line.</summary>
    private Batch? TryStart(LaneCall call)
    {
        lock (_lock)
        {
            _hold.Arrive(call.Arrived);
            var isHere = _queue.Calls == 0 && _active < _threads.Count && call.Length <= MostHere && call.Arrived < call.Deadline
                && _cost.IsKnown && _cost.Seconds(call.Length) <= LongestHere;
            if (!isHere)
            {
                RequireRoom(call);
                _ = call.Finished;
                _queue.Add(call);
                Schedule();
                return null;
            }

            _active++;
            (call.Taken, call.Open) = (call.Length, call.Length);
            return new Batch(
                [new BatchPart(call, 0, call.Length)], call.Length, call.Alone ? CutReason.Alone : CutReason.Idle, call.Deadline);
        }
    }

    private void RequireRoom(LaneCall call)
    {
        if (_queue.Rows > 0 && _queue.Rows + call.Length > _options.MaxQueuedRows)
        {
            var seconds = (int)Math.Clamp(Math.Ceiling(_cost.Seconds(_queue.Rows) / _threads.Count), 1, 3600);
            throw new MeshException(
                ErrorCode.ResourceExhausted,
                $"{_queue.Rows} rows wait for this model already, and at most {_options.MaxQueuedRows} may; try again in {seconds} s.")
            {
                Details = JsonSerializer.SerializeToElement(new { retry_after_seconds = seconds }),
            };
        }
    }

    private async Task WaitAsync(LaneCall call, CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister(
            static (state, token) =>
            {
                var (lane, call) = ((ModelLane, LaneCall))state!;
                lane.GiveUp(call, token);
            },
            (this, call));
        await call.Finished;
    }

    private void GiveUp(LaneCall call, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _queue.Remove(call);
            call.Fail(new OperationCanceledException(cancellationToken));
            if (call.Open > 0)
            {
                return;
            }
        }

        call.Finish();
    }
}
