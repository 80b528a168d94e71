using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Services.Serving.Lanes;

internal sealed partial class ModelLane
{
    private static readonly int[] WarmUpRows = [1, 8, 64, 256];
    private const int WarmUpTimes = 5;
    private const double LongestWarmUp = 0.25;

    /// <summary>Measures what batches cost, and has the engine's code compiled, before the first call comes.</summary>
    public Task WarmUpAsync()
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _threads.Queue(() =>
        {
            try
            {
                Calibrate();
                done.SetResult();
            }
            catch (Exception exception)
            {
                // A model that cannot score a row of zeros is not served, and whoever loads it says so.
                Dispose();
                done.SetException(exception);
            }
        });
        return done.Task;
    }

    /// <summary>What the lane has done so far.</summary>
    public ModelStatistics Describe(ModelVersion manifest)
    {
        lock (_lock)
        {
            return new ModelStatistics
            {
                Name = manifest.Name,
                Version = manifest.Version,
                LastInference = Requests.Last,
                InferenceCount = _batches.Rows,
                ExecutionCount = _batches.Count,
                Pending = Requests.Pending,
                QueuedRows = _queue.Rows,
                Success = Requests.Success,
                Fail = Requests.Fail,
                Failures = Requests.Failures,
                ComputeInput = Requests.Reading,
                Queue = _batches.Waiting,
                ComputeInfer = _batches.Scoring,
                Batches = _batches.Sizes,
                Cuts = _batches.Cuts,
                Cost = new BatchCost
                {
                    Fixed = _cost.Fixed * 1e6,
                    Row = _cost.Row * 1e6,
                    Margin = (_cost.AtMost(1) - _cost.Seconds(1)) * 1e6,
                    Gap = _hold.Gap * 1e6,
                    MostRows = MostRows,
                },
            };
        }
    }

    private void Calibrate()
    {
        List<(int Rows, double Seconds)> measured = [];
        var (begun, most) = (_clock.Now, _options.MaxRows);
        foreach (var rows in WarmUpRows.Where(rows => rows <= _options.MaxRows))
        {
            try
            {
                if (Measure(rows, begun) is { } seconds)
                {
                    measured.Add((rows, seconds));
                }
            }
            catch (Exception) when (rows > 1)
            {
                // Servers may take no more rows at once than they were set up for; what they do take is enough.
                most = measured[^1].Rows;
                break;
            }
        }

        lock (_lock)
        {
            _mostRows = most;
            _cost.Calibrate([.. measured]);
        }
    }

    /// <summary>The shortest of a few times, in seconds; null where there is no time left for it.</summary>
    private double? Measure(int rows, long begun)
    {
        var features = new Matrix(rows, _model.FeatureCount, new double[rows * _model.FeatureCount]);
        double? shortest = null;
        for (var time = 0; time < WarmUpTimes && _clock.Seconds(begun, _clock.Now) < LongestWarmUp; time++)
        {
            var started = _clock.Now;
            _model.Predict(features);
            var seconds = _clock.Seconds(started, _clock.Now);
            shortest = Math.Min(shortest ?? seconds, seconds);
        }

        return shortest;
    }
}
