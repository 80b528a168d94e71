namespace Skipper.Shared.Engines.Tests;

internal sealed class FakeEngine(
    string name, string? missing = null, bool loads = false, ModelTask[]? tasks = null, bool acceptsMissing = false) : IModelEngine
{
    public string Name => name;

    public string Version => "1.0.0";

    public string? Missing => missing;

    public bool CanLoad => loads || missing is null;

    public IReadOnlyList<ModelTask> Tasks { get; } = tasks ?? [ModelTask.Regression];

    public bool AcceptsMissing => acceptsMissing;

    public IReadOnlyList<EngineParameter> Parameters { get; } =
        [new("rounds", 10, 1, 100, IsInteger: true), new("eta", 0.1, 0.01, 1)];

    public byte[] Train(
        TrainingData data,
        IReadOnlyDictionary<string, double> parameters,
        int seed,
        TrainingWatch watch,
        CancellationToken cancellationToken) => [];

    public ITrainedModel Load(ReadOnlyMemory<byte> file) => throw new InvalidDataException();
}
