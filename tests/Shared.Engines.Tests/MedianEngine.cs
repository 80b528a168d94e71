using System.Text.Json;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Shared.Engines.Tests;

/// <summary>Always predicts the median of each target: the example of docs/engines.md.</summary>
internal sealed class MedianEngine : IModelEngine
{
    public string Name => "median";

    public string Version => "1.0.0";

    public string? Missing => null;

    public IReadOnlyList<ModelTask> Tasks { get; } = [ModelTask.Regression];

    public bool AcceptsMissing => true;

    public IReadOnlyList<EngineParameter> Parameters { get; } = [new("quantile", Default: 0.5, Minimum: 0, Maximum: 1)];

    public byte[] Train(
        TrainingData data,
        IReadOnlyDictionary<string, double> parameters,
        int seed,
        TrainingWatch watch,
        CancellationToken cancellationToken)
    {
        data.RequireFor(this);
        var values = new double[data.Targets.Columns];
        for (var target = 0; target < values.Length; target++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var sorted = Enumerable.Range(0, data.Targets.Rows).Select(row => data.Targets[row, target]).Order().ToArray();
            values[target] = sorted[(int)(parameters["quantile"] * (sorted.Length - 1))];
            watch.Progress(100.0 * (target + 1) / values.Length, $"target {target + 1} of {values.Length}");
        }

        return JsonSerializer.SerializeToUtf8Bytes(new MedianFile(data.Features.Columns, values));
    }

    public ITrainedModel Load(ReadOnlyMemory<byte> file)
    {
        try
        {
            return JsonSerializer.Deserialize<MedianFile>(file.Span) is { Features: > 0, Values.Length: > 0 } read
                ? new MedianModel(read)
                : throw new InvalidDataException("Expected the file of a median model.");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"Expected the file of a median model: {exception.Message}", exception);
        }
    }

    private sealed record MedianFile(int Features, double[] Values);

    private sealed class MedianModel(MedianFile file) : ITrainedModel
    {
        public ModelTask Task => ModelTask.Regression;

        public int ClassCount => 0;

        public int FeatureCount => file.Features;

        public int TargetCount => file.Values.Length;

        public Matrix Predict(Matrix features) => new(
            features.Rows, TargetCount, [.. Enumerable.Repeat(file.Values, features.Rows).SelectMany(values => values)]);

        public double[] Importance() => new double[FeatureCount];

        public void Dispose()
        {
            // Nothing to free.
        }
    }
}
