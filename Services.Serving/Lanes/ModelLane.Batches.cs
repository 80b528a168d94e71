using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Serving.Lanes;

internal sealed partial class ModelLane
{
    /// <summary>Asks for a thread, unless one is on its way or all run already.</summary>
    private void Schedule()
    {
        if (!_isDue && _queue.Calls > 0 && _active < _threads.Count)
        {
            _isDue = true;
            _active++;
            _threads.Queue(Work);
        }
    }

    private void Work()
    {
        Batch? batch;
        List<LaneCall> late;
        lock (_lock)
        {
            _isDue = false;
            late = _queue.Expire(MostRows, _clock, _cost);
            late.ForEach(call => call.Fail(
                new MeshException(ErrorCode.DeadlineExceeded, "The deadline would have passed before the rows were scored.")));
            late.RemoveAll(call => call.Open > 0);
            batch = Take();
            if (batch is null)
            {
                _active--;
            }
            else
            {
                Schedule();
            }
        }

        late.ForEach(call => call.Finish());
        if (batch is not null)
        {
            Run(batch);
        }
    }

    /// <summary>3: what goes into the engine now; null = nothing.</summary>
    private Batch? Take()
    {
        if (_queue.Next(MostRows, _clock, _cost) is not { } batch)
        {
            return null;
        }

        var (milliseconds, reason) = _hold.Decide(batch, _cost);
        if (milliseconds > 0)
        {
            _timer ??= _clock.Time.CreateTimer(_ => Wake(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _timer.Change(TimeSpan.FromMilliseconds(milliseconds), Timeout.InfiniteTimeSpan);
            return null;
        }

        _queue.Take(batch);
        return batch with { Reason = reason };
    }

    private void Wake()
    {
        lock (_lock)
        {
            Schedule();
        }
    }

    /// <summary>4, 5.</summary>
    private void Run(Batch batch)
    {
        var started = _clock.Now;
        var isWhole = _runner.Run(batch.Parts);
        var ended = _clock.Now;
        var seconds = _clock.Seconds(started, ended);
        List<LaneCall>? finished = null;
        lock (_lock)
        {
            _active--;
            if (isWhole)
            {
                _cost.Learn(batch.Rows, seconds);
            }

            var waited = 0d;
            foreach (var (call, _, count) in batch.Parts)
            {
                waited += _clock.Seconds(call.Arrived, started);
                call.Open -= count;
                if (call.IsOver)
                {
                    _queue.Remove(call);
                }

                if (call.Open == 0 && call.Left == 0)
                {
                    (finished ??= new(batch.Parts.Count)).Add(call);
                }
            }

            _batches.Add(batch, seconds, waited);
            Schedule();
        }

        finished?.ForEach(call => call.Finish());
    }
}
