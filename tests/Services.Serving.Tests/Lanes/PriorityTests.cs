using Skipper.Services.Serving.Lanes;
using Skipper.Services.Serving.Predictions;

namespace Skipper.Services.Serving.Tests.Lanes;

public sealed class PriorityTests
{
    private readonly LaneQueue _queue = new();

    [Fact]
    public void Calls_go_by_priority_and_those_of_one_priority_in_the_order_they_came()
    {
        LaneCall[] calls = [Add(0), Add(2), Add(1), Add(0), Add(2), Add(1)];

        Assert.Equal([calls[2], calls[5], calls[1], calls[4], calls[0], calls[3]], Take(most: 10));
    }

    [Fact]
    public void The_rest_of_a_bundle_goes_behind_those_of_its_priority_and_before_others()
    {
        LaneCall[] calls = [Add(1, rows: 3), Add(1), Add(0)];

        Assert.Equal([calls[0]], Take(most: 2));
        Assert.Equal([calls[1], calls[0], calls[2]], Take(most: 10));
    }

    private List<LaneCall> Take(int most)
    {
        var batch = _queue.Next(most, new LaneClock(TimeProvider.System), new CostModel())!;
        _queue.Take(batch);
        return [.. batch.Parts.Select(part => part.Call)];
    }

    private LaneCall Add(int priority, int rows = 1)
    {
        var batch = new RowBatch(rows, 1, eachAlone: false);
        var call = new PredictionCall { Rows = null!, RequestId = "", Priority = priority };
        var waiting = new LaneCall(batch, call, outputs: 1);
        _queue.Add(waiting);
        return waiting;
    }
}
