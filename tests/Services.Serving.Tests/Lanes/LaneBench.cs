using Skipper.Services.Serving.Lanes;
using Skipper.Services.Serving.Predictions;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Services.Serving.Tests.Lanes;

/// <summary>A lane on a clock and threads that the test moves; its engine takes the time that the test says.</summary>
internal sealed class LaneBench : IDisposable
{
    private readonly double _fixed;
    private readonly double _row;

    /// <param name="fixedCost">Of a batch, milliseconds.</param>
    /// <param name="rowCost">Of a row, milliseconds.</param>
    /// <param name="batching">Options; null = the defaults.</param>
    /// <param name="threads">Number of threads.</param>
    /// <param name="before">What the engine does before it answers.</param>
    public LaneBench(
        double fixedCost = 0, double rowCost = 1, BatchingOptions? batching = null, int threads = 1, Action<Matrix>? before = null)
    {
        (_fixed, _row) = (fixedCost, rowCost);
        Threads = new ManualThreads(threads);
        Model = new ScriptedModel(features =>
        {
            before?.Invoke(features);
            Time.Advance(_fixed + (_row * features.Rows));
        });
        Lane = new ModelLane(Model, new LaneSettings { Batching = batching ?? new(), Time = Time, Threads = Threads });
    }

    public SimulatedTime Time { get; } = new();

    public ManualThreads Threads { get; }

    public ScriptedModel Model { get; }

    public ModelLane Lane { get; }

    public ModelStatistics Statistics => Lane.Describe(Samples.Manifest("housing", 1, new string('a', 64)));

    /// <summary>Lets the lane measure its engine.</summary>
    public LaneBench Warm()
    {
        _ = Lane.WarmUpAsync();
        Threads.RunAll();
        Model.Forget();
        return this;
    }

    /// <summary>Hands rows in.</summary>
    /// <param name="rows">Values of the one feature.</param>
    /// <param name="eachAlone">Whether a bad row fails alone.</param>
    /// <param name="redelivered">Whether they come again.</param>
    /// <param name="within">Milliseconds to the deadline; null = none.</param>
    /// <param name="giveUp">Gives the call up.</param>
    public LaneAnswer Score(
        double[] rows,
        bool eachAlone = false,
        bool redelivered = false,
        double? within = null,
        CancellationTokenSource? giveUp = null)
    {
        var batch = new RowBatch(rows.Length, 1, eachAlone);
        rows.CopyTo(batch.Features.Values, 0);
        return Score(batch, redelivered, within, giveUp);
    }

    public LaneAnswer Score(
        RowBatch rows, bool redelivered = false, double? within = null, CancellationTokenSource? giveUp = null)
    {
        var call = new PredictionCall
        {
            Rows = new NoRows(),
            RequestId = "test",
            EachAlone = rows.EachAlone,
            Redelivered = redelivered,
            Deadline = Time.GetUtcNow().AddMilliseconds(within ?? 0) is var deadline && within is not null ? deadline : null,
        };
        return new LaneAnswer(rows, Lane.ScoreAsync(rows, call, giveUp?.Token ?? CancellationToken.None).AsTask());
    }

    public void Dispose() => Lane.Dispose();
}

/// <summary>What comes of a call.</summary>
internal sealed record LaneAnswer(RowBatch Rows, Task Task)
{
    public bool IsFinished => Task.IsCompleted;

    /// <summary>Asserts that it gets the predictions of its own rows, except for those that were refused.</summary>
    public async Task RequireOwnAsync()
    {
        await Task.WaitAsync(TestContext.Current.CancellationToken);
        for (var row = 0; row < Rows.Count; row++)
        {
            var value = Rows.Features[row, 0];
            double[] expected = Rows.Error(row) is null ? [(2 * value) + 1, -value] : [double.NaN, double.NaN];
            Assert.Equal(expected, Rows.Predictions!.Row(row).ToArray());
        }
    }

    /// <summary>Asserts that it fails in such a way.</summary>
    public Task<TException> FailureAsync<TException>()
        where TException : Exception => Assert.ThrowsAsync<TException>(() => Task.WaitAsync(TestContext.Current.CancellationToken));
}
