namespace Skipper.Shared.Engines.XGBoost;

/// <summary>Gradient boosted trees by libxgboost, 1.7 or newer, where it is installed.</summary>
public sealed class XGBoostEngine : IModelEngine
{
    /// <inheritdoc/>
    public string Name => "xgboost";

    /// <inheritdoc/>
    public string Version => XGBoostLibrary.Version.ToString(3);

    /// <inheritdoc/>
    public string? Missing => XGBoostLibrary.Missing;

    /// <inheritdoc/>
    public IReadOnlyList<ModelTask> Tasks { get; } = [ModelTask.Regression];

    /// <inheritdoc/>
    public bool AcceptsMissing => true;

    /// <inheritdoc/>
    public IReadOnlyList<EngineParameter> Parameters => BoostingParameters.All;

    /// <inheritdoc/>
    public byte[] Train(
        TrainingData data,
        IReadOnlyDictionary<string, double> parameters,
        int seed,
        TrainingWatch watch,
        CancellationToken cancellationToken)
    {
        RequireLibrary();
        data.RequireFor(this);
        using var training = new BoostedTraining(data, parameters, seed, watch);
        var boosters = new List<byte[]>();
        var bestIterations = new List<int>();
        for (var target = 0; target < data.Targets.Columns; target++)
        {
            boosters.Add(training.Train(target, out var bestIteration, cancellationToken));
            bestIterations.Add(bestIteration);
        }

        return XGBoostModelFile.Pack(Version, data.Features.Columns, [.. bestIterations], boosters);
    }

    /// <inheritdoc/>
    public ITrainedModel Load(ReadOnlyMemory<byte> file)
    {
        RequireLibrary();
        return XGBoostModel.Load(file, XGBoostLibrary.Version);
    }

    private void RequireLibrary()
    {
        if (Missing is { } missing)
        {
            throw new InvalidOperationException($"Engine '{Name}' is not available: {missing}");
        }
    }
}
