using System.Runtime.InteropServices;
using Skipper.Shared.Engines;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.FragileWorker;

/// <summary>An engine whose native code ends the process for one input.</summary>
internal sealed partial class FragileEngine : IModelEngine
{
    private const double Deadly = 666;

    public string Name => "fragile";

    public string Version => "1.0.0";

    public string? Missing => "it trains nothing.";

    public bool CanLoad => true;

    public IReadOnlyList<ModelTask> Tasks => [];

    public bool AcceptsMissing => false;

    public IReadOnlyList<EngineParameter> Parameters => [];

    public byte[] Train(
        TrainingData data, IReadOnlyDictionary<string, double> parameters, int seed, TrainingWatch watch, CancellationToken cancellationToken) =>
        throw new NotSupportedException(Missing);

    public ITrainedModel Load(ReadOnlyMemory<byte> file) => new FragileModel();

    [LibraryImport("libc", EntryPoint = "abort")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void Abort();

    private sealed class FragileModel : ITrainedModel
    {
        public ModelTask Task => ModelTask.Regression;

        public int ClassCount => 0;

        public int FeatureCount => 1;

        public int TargetCount => 1;

        public Matrix Predict(Matrix features)
        {
            if (features.Values.Contains(Deadly))
            {
                Abort();
            }

            return new Matrix(features.Rows, 1, [.. features.Values.Select(value => 2 * value)]);
        }

        public double[] Importance() => [1];

        public void Dispose()
        {
        }
    }
}
