using Skipper.Shared.Engines;
using Skipper.Shared.Engines.Linear;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Services.Serving.Tests;

/// <summary>The linear engine under the name <c>tracked</c>; counts what it has in memory, and can be told to misbehave.</summary>
internal sealed class TrackedEngine : IModelEngine
{
    private readonly LinearEngine _linear = new();
    private int _inMemory;

    public int InMemory => Volatile.Read(ref _inMemory);

    /// <summary>What it does with many rows at a time; null = what it should.</summary>
    public Func<Matrix, Matrix>? WithMany { get; init; }

    /// <summary>Runs while a file is being loaded.</summary>
    public Action WhileLoading { get; set; } = () => { };

    public string Name => "tracked";

    public string Version => "2.1.0";

    public string? Missing => null;

    public IReadOnlyList<ModelTask> Tasks => _linear.Tasks;

    public bool AcceptsMissing => false;

    public IReadOnlyList<EngineParameter> Parameters => _linear.Parameters;

    public byte[] Train(
        TrainingData data, IReadOnlyDictionary<string, double> parameters, int seed, TrainingWatch watch, CancellationToken cancellationToken) =>
        _linear.Train(data, parameters, seed, watch, cancellationToken);

    public ITrainedModel Load(ReadOnlyMemory<byte> file)
    {
        WhileLoading();
        var model = _linear.Load(file);
        Interlocked.Increment(ref _inMemory);
        return new TrackedModel(this, model);
    }

    private sealed class TrackedModel(TrackedEngine engine, ITrainedModel model) : ITrainedModel
    {
        private int _disposed;

        public ModelTask Task => model.Task;

        public int ClassCount => model.ClassCount;

        public int FeatureCount => model.FeatureCount;

        public int TargetCount => model.TargetCount;

        public Matrix Predict(Matrix features)
        {
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
            var predicted = model.Predict(features);
            return features.Rows > 10 && engine.WithMany is { } change ? change(predicted) : predicted;
        }

        public double[] Importance() => model.Importance();

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
            {
                Interlocked.Decrement(ref engine._inMemory);
                model.Dispose();
            }
        }
    }
}
