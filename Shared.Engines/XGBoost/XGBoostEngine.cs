using Skipper.Shared.Engines.Trees;

namespace Skipper.Shared.Engines.XGBoost;

/// <summary>
/// Gradient boosted trees: trained by libxgboost, 1.7 or newer, where it is installed; loaded and evaluated everywhere.
/// </summary>
public sealed class XGBoostEngine : IModelEngine
{
    /// <summary>Its name in requests.</summary>
    public const string EngineName = "xgboost";

    /// <inheritdoc/>
    public string Name => EngineName;

    /// <inheritdoc/>
    public string Version => XGBoostLibrary.Version.ToString(3);

    /// <inheritdoc/>
    public string? Missing => XGBoostLibrary.Missing;

    /// <inheritdoc/>
    public bool CanLoad => true;

    /// <inheritdoc/>
    public bool KnowsItsFiles => true;

    /// <inheritdoc/>
    public IReadOnlyList<ModelTask> Tasks { get; } = Enum.GetValues<ModelTask>();

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
        if (Missing is { } missing)
        {
            throw new InvalidOperationException($"Engine '{Name}' cannot train: {missing}");
        }

        data.RequireFor(this);
        using var training = new BoostedTraining(data, parameters, seed, watch);
        return training.Train(Version, cancellationToken);
    }

    /// <inheritdoc/>
    public ITrainedModel Load(ReadOnlyMemory<byte> file) =>
        XGBoostModel.Load(file, Missing is null ? XGBoostLibrary.Version : null);

    /// <summary>
    /// Makes a model file of what XGBoost saved in any language, as <c>.json</c> or <c>.ubj</c>. All rounds are used, as the
    /// library itself does, even where the file names a best one.
    /// </summary>
    /// <exception cref="InvalidDataException">Not such a model, damaged, or of a kind that is not supported.</exception>
    public static ImportedModel Import(ReadOnlyMemory<byte> saved)
    {
        var trees = TreeEnsembleReader.Read(saved);
        var task = trees.Objective.Task;
        var version = trees.Version?.ToString(3) ?? "0.0.0";
        var header = new XGBoostModelFile
        {
            EngineVersion = version,
            Encoding = TreeEnsembleReader.IsUbj(saved.Span) ? "ubj" : "json",
            Task = task.Name(),
            Classes = task switch { ModelTask.Binary => 2, ModelTask.Multiclass => trees.OutputCount, _ => 0 },
            Features = trees.FeatureCount,
            Targets = task == ModelTask.Regression ? trees.OutputCount : 1,
            BestIterations = [(trees.Trees.Count / trees.OutputCount) - 1],
        };
        return new ImportedModel(
            EngineName, header.Pack([saved]), version, task, header.Classes, header.Features, header.Targets, trees.FeatureNames,
            trees.Objective.Name, AcceptsMissing: true);
    }
}
