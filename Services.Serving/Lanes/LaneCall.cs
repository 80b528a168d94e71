using Skipper.Services.Serving.Predictions;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Services.Serving.Lanes;

/// <summary>
/// A call in a lane: which of its rows were handed to batches, and what came out. Its counters belong to the lane's lock, its
/// <see cref="RowBatch"/> to the batches it is in and, once it is finished, to its caller.
/// </summary>
internal sealed class LaneCall
{
    private TaskCompletionSource? _finished;
    private readonly int[]? _kept;
    private readonly int _outputs;

    /// <param name="rows">Its rows; those that were refused take no part.</param>
    /// <param name="call">What its caller wants.</param>
    /// <param name="outputs">Number of values predicted per row.</param>
    public LaneCall(RowBatch rows, PredictionCall call, int outputs)
    {
        (Rows, Alone, _outputs) = (rows, call.Redelivered, outputs);
        Priority = call.Priority == 0 ? int.MaxValue : call.Priority;
        _kept = rows.Refused == 0 ? null : [.. Enumerable.Range(0, rows.Count).Where(row => rows.Error(row) is null)];
        Length = _kept?.Length ?? rows.Count;
        Node = new LinkedListNode<LaneCall>(this);
    }

    public RowBatch Rows { get; }

    /// <summary>Whether a row that the engine fails on fails alone.</summary>
    public bool EachAlone => Rows.EachAlone;

    /// <summary>Whether it shares no batch.</summary>
    public bool Alone { get; }

    /// <summary>Calls with a smaller one go first.</summary>
    public int Priority { get; }

    /// <summary>Its place among those that wait.</summary>
    public LinkedListNode<LaneCall> Node { get; }

    /// <summary>Number of rows to score.</summary>
    public int Length { get; }

    /// <summary>When it came, by the clock's timestamp.</summary>
    public long Arrived { get; init; }

    /// <summary>When its caller stops waiting, by the clock's timestamp; the largest number = it waits.</summary>
    public long Deadline { get; init; } = long.MaxValue;

    /// <summary>Rows that were handed to batches; at the end those that ever will be.</summary>
    public int Taken { get; set; }

    /// <summary>Rows that are in batches now.</summary>
    public int Open { get; set; }

    public int Left => IsOver ? 0 : Length - Taken;

    /// <summary>Why it has no predictions; null = it has, or is not finished.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Whether nothing of it is left to be scored, because it failed or was given up.</summary>
    public bool IsOver => Failure is not null;

    /// <summary>Ends when the call is finished; to be asked for before another thread can get the call.</summary>
    public Task Finished => (_finished ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Which row of the call a row of those that are scored is.</summary>
    public int RowAt(int position) => _kept is null ? position : _kept[position];

    /// <summary>Ends it without predictions; the first reason stays.</summary>
    public void Fail(Exception failure) => Failure ??= failure;

    /// <summary>Tells its caller, once no batch holds any of its rows.</summary>
    public void Finish()
    {
        if (_finished is null)
        {
            return; // Scored by its caller, who looks at the failure.
        }

        if (Failure is null)
        {
            _finished.TrySetResult();
        }
        else if (Failure is OperationCanceledException canceled)
        {
            _finished.TrySetCanceled(canceled.CancellationToken);
        }
        else
        {
            _finished.TrySetException(Failure);
        }
    }

    /// <summary>Takes predictions over: row <paramref name="from"/> of a batch is this call's row <paramref name="first"/>, and so on.</summary>
    public void Accept(Matrix predicted, int from, int first, int count)
    {
        if (_kept is null && count == Rows.Count && predicted.Rows == count)
        {
            Rows.Predictions = predicted;
            return;
        }

        var values = Target().Values;
        for (var i = 0; i < count; i++)
        {
            predicted.Row(from + i).CopyTo(values.AsSpan(RowAt(first + i) * _outputs));
        }
    }

    /// <summary>Refuses a row that the engine fails on.</summary>
    public void Refuse(int position, MeshException error)
    {
        Target();
        lock (Node)
        {
            Rows.Refuse(RowAt(position), error);
        }
    }

    // Parts of one call may be in several batches at a time.
    private Matrix Target()
    {
        lock (Node)
        {
            return Rows.Predictions ??= Empty(Rows, _outputs);
        }
    }

    /// <summary>Predictions of a call none of whose rows were scored yet.</summary>
    public static Matrix Empty(RowBatch rows, int outputs)
    {
        var values = new double[rows.Count * outputs];
        values.AsSpan().Fill(double.NaN);
        return new Matrix(rows.Count, outputs, values);
    }
}
