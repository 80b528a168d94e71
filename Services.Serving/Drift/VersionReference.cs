using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Services.Serving.Drift;

/// <summary>The training part of a version, as far as its evidence tells.</summary>
internal sealed class VersionReference
{
    // Training and serving normalize in double precision.
    private const double InputTolerance = 1e-9;

    // Boosters answer in single precision, and another build of their library may add in another order.
    private const double OutputTolerance = 1e-6;

    private VersionReference(
        ModelVersion model, IReadOnlyList<ColumnReference> features, IReadOnlyList<ColumnReference> predictions)
    {
        Dataset = model.Dataset;
        DatasetVersion = model.DatasetVersion;
        Features = features;
        Predictions = predictions;
    }

    /// <summary>The dataset it was trained on.</summary>
    public string Dataset { get; }

    /// <summary>Version of the dataset.</summary>
    public int DatasetVersion { get; }

    /// <summary>The inputs, in the order of the model.</summary>
    public IReadOnlyList<ColumnReference> Features { get; }

    /// <summary>The outputs, in the order of the model.</summary>
    public IReadOnlyList<ColumnReference> Predictions { get; }

    /// <summary>Rows that the bins were made of.</summary>
    public long RowCount => Features.Concat(Predictions).Select(column => column.Counts.Sum()).DefaultIfEmpty().Max();

    /// <summary>Null where the version has no evidence, or one of other columns than its own.</summary>
    public static VersionReference? Of(ModelVersion model)
    {
        var outputs = model.Signature?.Outputs.Count ?? model.Targets.Count;
        if (model.Evidence is not { } evidence
            || evidence.Inputs.Count != model.Features.Count || evidence.Predictions.Count != outputs)
        {
            return null;
        }

        return new VersionReference(
            model,
            [.. evidence.Inputs.Zip(model.Features, (input, feature) =>
                ColumnReference.Of(input, InputTolerance, feature.Mean, feature.StandardDeviation))],
            [.. evidence.Predictions.Select(output => ColumnReference.Of(output, OutputTolerance))]);
    }
}
