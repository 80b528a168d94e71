using System.Collections.Concurrent;
using Skipper.Shared.Engines;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Services.Serving.Tests.Lanes;

/// <summary>Answers 2 x + 1 and -x for the one feature x, remembers its batches, and does what a test wants before.</summary>
internal sealed class ScriptedModel(Action<Matrix>? before = null) : ITrainedModel
{
    private readonly ConcurrentQueue<double[]> _batches = new();

    public ModelTask Task => ModelTask.Regression;

    public int ClassCount => 0;

    public int FeatureCount => 1;

    public int TargetCount => 2;

    public bool IsRemote { get; init; }

    /// <summary>The rows of each call, in order.</summary>
    public IReadOnlyList<double[]> Batches => [.. _batches];

    public IEnumerable<int> Sizes => Batches.Select(batch => batch.Length);

    public Matrix Predict(Matrix features)
    {
        _batches.Enqueue([.. features.Values]);
        before?.Invoke(features);
        return new Matrix(features.Rows, 2, [.. features.Values.SelectMany(value => new[] { (2 * value) + 1, -value })]);
    }

    public void Forget() => _batches.Clear();

    public double[] Importance() => [1];

    public void Dispose()
    {
        // Nothing native to free.
    }
}
