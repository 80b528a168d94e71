using System.Buffers;
using Skipper.Shared.Engines.Trees;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Shared.Engines.XGBoost;

/// <summary>Boosted trees: one booster for each target, or one for all outputs.</summary>
internal sealed class XGBoostModel : IExplainedModel
{
    private readonly IReadOnlyList<BoosterPart> _parts;
    private volatile bool _isDisposed;

    private XGBoostModel(XGBoostModelFile header, IReadOnlyList<BoosterPart> parts)
    {
        _parts = parts;
        Task = parts[0].Trees.Objective.Task;
        ClassCount = header.Classes;
        FeatureCount = header.Features;
        TargetCount = header.Targets;
    }

    public ModelTask Task { get; }

    public int ClassCount { get; }

    public int FeatureCount { get; }

    public int TargetCount { get; }

    public int OutputCount => _parts.Sum(part => part.Trees.OutputCount);

    /// <summary>Whether large batches go to the library.</summary>
    public bool UsesLibrary => _parts.All(part => part.UsesLibrary);

    /// <param name="file">See <see cref="XGBoostModelFile"/>.</param>
    /// <param name="library">Version of the library that predicts large batches; null = there is none.</param>
    /// <exception cref="InvalidDataException">Not such a model, damaged, or of a kind that is not supported.</exception>
    public static XGBoostModel Load(ReadOnlyMemory<byte> file, Version? library)
    {
        var header = XGBoostModelFile.Unpack(file, out var boosters);
        var trees = boosters.Select(TreeEnsembleReader.Read).ToArray();
        foreach (var ensemble in trees)
        {
            RequireHeader(header, ensemble, trees.Length);
        }

        return new XGBoostModel(
            header, [.. trees.Zip(boosters, (ensemble, booster) => BoosterPart.Create(ensemble, booster, library))]);
    }

    public Matrix Predict(Matrix features) => Evaluate(features, margins: false);

    public Matrix Margins(Matrix features) => Evaluate(features, margins: true);

    public Matrix Explain(Matrix features, int output)
    {
        Require(features);
        ArgumentOutOfRangeException.ThrowIfNegative(output);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(output, OutputCount);
        var (trees, column) = _parts.Count == 1 ? (_parts[0].Trees, output) : (_parts[output].Trees, 0);
        var width = FeatureCount + 1;
        var contributions = new double[features.Rows * width];
        var rows = SinglePrecision.All(features);
        for (var row = 0; row < features.Rows; row++)
        {
            trees.Explain(rows.AsSpan(row * FeatureCount, FeatureCount), column, contributions.AsSpan(row * width, width));
        }

        return new Matrix(features.Rows, width, contributions);
    }

    public double[] Importance()
    {
        var importance = new double[FeatureCount];
        foreach (var part in _parts)
        {
            part.Trees.AddImportance(importance);
        }

        return importance;
    }

    public void Dispose()
    {
        _isDisposed = true;
        foreach (var part in _parts)
        {
            part.Dispose();
        }
    }

    private Matrix Evaluate(Matrix features, bool margins)
    {
        Require(features);
        var outputs = OutputCount;
        var predictions = new double[features.Rows * outputs];
        var rows = ArrayPool<float>.Shared.Rent(features.Values.Length);
        var sums = ArrayPool<float>.Shared.Rent(features.Rows * outputs);
        try
        {
            SinglePrecision.Copy(features, rows);
            var first = 0;
            foreach (var part in _parts)
            {
                var width = part.Trees.OutputCount;
                var own = sums.AsSpan(0, features.Rows * width);
                part.Margins(rows.AsSpan(0, features.Values.Length), features.Rows, own);
                for (var row = 0; row < features.Rows; row++)
                {
                    var values = own.Slice(row * width, width);
                    if (!margins)
                    {
                        part.Trees.Objective.Predict(values);
                    }

                    for (var i = 0; i < width; i++)
                    {
                        predictions[(row * outputs) + first + i] = values[i];
                    }
                }

                first += width;
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(rows);
            ArrayPool<float>.Shared.Return(sums);
        }

        return new Matrix(features.Rows, outputs, predictions);
    }

    private void Require(Matrix features)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        FeatureCheck.Require(features, FeatureCount);
    }

    private static void RequireHeader(XGBoostModelFile header, TreeEnsemble trees, int boosters)
    {
        var task = trees.Objective.Task;
        var outputs = task == ModelTask.Multiclass ? header.Classes : boosters == 1 ? header.Targets : 1;
        var classes = task switch { ModelTask.Binary => 2, ModelTask.Multiclass => trees.OutputCount, _ => 0 };
        if (header.Task != task.Name()
            || header.Features != trees.FeatureCount
            || header.Classes != classes
            || trees.OutputCount != outputs
            || (task != ModelTask.Regression && (boosters != 1 || header.Targets != 1)))
        {
            throw new InvalidDataException(
                $"The header of the xgboost model file says {header.Task}, {header.Features} features, {header.Classes} "
                + $"classes and {header.Targets} targets, a booster has {task.Name()}, {trees.FeatureCount} features and "
                + $"{trees.OutputCount} outputs.");
        }
    }
}
