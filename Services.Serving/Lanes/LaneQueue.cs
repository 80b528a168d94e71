namespace Skipper.Services.Serving.Lanes;

/// <summary>
/// The calls that wait for the engine, and which of them come next. First come, first served among those of one priority, but a bundle that
/// does not fit goes behind the others with what is left of it. Not safe for several threads.
/// </summary>
internal sealed class LaneQueue
{
    private readonly LinkedList<LaneCall> _calls = [];

    public int Calls => _calls.Count;

    public int Rows { get; private set; }

    public void Add(LaneCall call)
    {
        Insert(call);
        Rows += call.Left;
    }

    /// <summary>Takes a call out; before it is ended, because what is left of it is counted.</summary>
    public bool Remove(LaneCall call)
    {
        if (call.Node.List is null)
        {
            return false;
        }

        _calls.Remove(call.Node);
        Rows -= call.Length - call.Taken;
        return true;
    }

    /// <summary>Takes out those of the next <paramref name="most"/> rows that would be answered too late.</summary>
    public List<LaneCall> Expire(int most, LaneClock clock, CostModel cost)
    {
        List<LaneCall> late = [];
        var (rows, now) = (0, clock.Now);
        for (var node = _calls.First; node is not null && rows < most;)
        {
            var call = node.Value;
            node = node.Next;
            if (call.Deadline <= clock.After(now, cost.Seconds(call.Left)))
            {
                Remove(call);
                late.Add(call);
            }
            else
            {
                rows += call.Left;
            }
        }

        return late;
    }

    /// <summary>What would go into the engine now; nothing is taken yet.</summary>
    /// <param name="most">Most rows.</param>
    /// <param name="clock">Tells how late it is.</param>
    /// <param name="cost">Tells how long batches take.</param>
    public Batch? Next(int most, LaneClock clock, CostModel cost)
    {
        List<BatchPart> parts = [];
        var (rows, reason, now, deadline) = (0, CutReason.Idle, clock.Now, long.MaxValue);
        foreach (var call in _calls.Where(call => !call.IsOver))
        {
            if (rows > 0 && (rows == most || call.Alone))
            {
                reason = rows == most ? CutReason.Full : CutReason.Alone;
                break;
            }

            var count = Math.Min(call.Left, most - rows);
            var earliest = Math.Min(deadline, call.Deadline);
            if (rows > 0 && clock.After(now, cost.AtMost(rows + count)) > earliest)
            {
                reason = CutReason.Slack;
                break;
            }

            parts.Add(new BatchPart(call, call.Taken, count));
            (rows, deadline) = (rows + count, earliest);
            if (call.Alone)
            {
                reason = CutReason.Alone;
                break;
            }
        }

        return rows == 0 ? null : new Batch(parts, rows, rows == most ? CutReason.Full : reason, deadline);
    }

    /// <summary>Takes what <see cref="Next"/> named.</summary>
    public void Take(Batch batch)
    {
        foreach (var (call, _, count) in batch.Parts)
        {
            _calls.Remove(call.Node);
            Rows -= count;
            call.Taken += count;
            call.Open += count;
            if (call.Left > 0)
            {
                Insert(call);
            }
        }
    }

    private void Insert(LaneCall call)
    {
        var before = _calls.Last;
        while (before?.Value.Priority > call.Priority)
        {
            before = before.Previous;
        }

        if (before is null)
        {
            _calls.AddFirst(call.Node);
        }
        else
        {
            _calls.AddAfter(before, call.Node);
        }
    }
}
