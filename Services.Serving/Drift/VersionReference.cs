using Skipper.Shared.Engines.Transforms;
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

    /// <summary>The inputs, in the order of the features that they became.</summary>
    public IReadOnlyList<ColumnReference> Features { get; }

    /// <summary>The outputs, in the order of the model.</summary>
    public IReadOnlyList<ColumnReference> Predictions { get; }

    /// <summary>Rows that the bins were made of.</summary>
    public long RowCount => Features.Concat(Predictions).Select(column => column.Counts.Sum()).DefaultIfEmpty().Max();

    /// <param name="model">The version, with its evidence.</param>
    /// <param name="transform">What turns its inputs into features; null = they are the features.</param>
    /// <returns>Null where the version has no evidence, or one of other columns than its own.</returns>
    public static VersionReference? Of(ModelVersion model, FittedTransform? transform)
    {
        var outputs = model.Signature?.Outputs.Count ?? model.Targets.Count;
        if (model.Evidence is not { } evidence
            || evidence.Inputs.Count != model.Features.Count
            || evidence.Predictions.Count != outputs
            || (transform is not null && transform.Columns.Sum(column => column.Width) != model.Features.Count))
        {
            return null;
        }

        return new VersionReference(
            model,
            transform is null
                ? [.. Enumerable.Range(0, model.Features.Count).Select(place => NumberOf(model, evidence, place))]
                : [.. OfColumns(model, evidence, transform)],
            [.. evidence.Predictions.Select((output, place) => NumberReference.Of(output, place, OutputTolerance))]);
    }

    private static IEnumerable<ColumnReference> OfColumns(ModelVersion model, ModelEvidence evidence, FittedTransform transform)
    {
        var place = 0;
        foreach (var column in transform.Columns)
        {
            if (column.Steps is [.., OneHotTransform categories])
            {
                yield return CategoryReference.Of(
                    column.Name, place, categories.Names, [.. evidence.Inputs.Skip(place).Take(column.Width)]);
            }
            else
            {
                for (var i = 0; i < column.Width; i++)
                {
                    yield return NumberOf(model, evidence, place + i, isCategory: column.Steps is [.., OrdinalTransform]);
                }
            }

            place += column.Width;
        }
    }

    private static NumberReference NumberOf(ModelVersion model, ModelEvidence evidence, int place, bool isCategory = false)
    {
        var feature = model.Features[place];
        return NumberReference.Of(evidence.Inputs[place], place, InputTolerance, feature.Mean, feature.StandardDeviation, isCategory);
    }
}
