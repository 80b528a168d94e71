using Skipper.Services.Training.Evidence;
using Skipper.Shared.Engines;
using Skipper.Shared.Engines.Transforms;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Services.Training.Imports;

/// <summary>What is known of a model that was made elsewhere: what its file says, and what it answers to rows made up for it.</summary>
internal static class ImportedVersion
{
    private const int GoldenCount = 5;

    public static ModelVersion Describe(
        ImportModel.ModelFile wanted,
        ImportedModel imported,
        FittedTransform? transform,
        IModelEngine engine,
        string artifact,
        Guid? runId,
        DateTimeOffset now)
    {
        var features = ImportChecks.Features(transform is null ? wanted.Inputs : null, imported, transform?.Outputs);
        var inputs = transform is null ? features : ImportChecks.RawInputs(wanted.Inputs, imported, transform);
        ImportChecks.RequireClasses(wanted.Classes, imported);
        var target = wanted.Target ?? "prediction";
        using var model = engine.Load(imported.File);
        var draft = new ModelVersion
        {
            Name = wanted.Name,
            Version = 0,
            Engine = imported.Engine,
            EngineVersion = imported.EngineVersion,
            Artifact = artifact,
            Features = [.. features.Select(FeatureOf)],
            Preprocessing = wanted.Preprocessing,
            Targets = imported.TargetCount == 1
                ? [target]
                : [.. Enumerable.Range(0, imported.TargetCount).Select(number => $"{target}_{number}")],
            Metrics = new Dictionary<string, IReadOnlyDictionary<string, RegressionMetrics>>(),
            Dataset = "",
            DatasetVersion = 0,
            DatasetDigest = "",
            Parameters = new Dictionary<string, double>(),
            CreatedAt = now,
            Task = imported.Task.Name(),
            Classes = wanted.Classes,
            Lineage = new ModelLineage
            {
                Source = "imported",
                RunId = runId,
                CodeVersion = VersionFacts.CodeVersion,
                Actor = wanted.Actor,
            },
        };
        return draft with
        {
            Signature = new ModelSignature
            {
                Inputs = inputs,
                Outputs = VersionFacts.OutputsOf(draft, model),
                Missing = inputs.All(input => input.Required) ? "refuse" : "allow",
            },
            Golden = VersionFacts.GoldenOf(model, MadeUp(features)),
        };
    }

    // The values are the model's own: nothing is known of how they were normalized.
    private static FeatureColumn FeatureOf(ModelInput input) => new()
    {
        Name = input.Name,
        Type = input.Type,
        Mean = 0,
        StandardDeviation = 1,
        Minimum = input.Minimum ?? double.MinValue,
        Maximum = input.Maximum ?? double.MaxValue,
    };

    /// <summary>Rows all over the known ranges, the last one empty where the model takes that; the same each time.</summary>
    private static Matrix MadeUp(IReadOnlyList<ModelInput> inputs)
    {
        var values = new double[GoldenCount * inputs.Count];
        for (var row = 0; row < GoldenCount; row++)
        {
            for (var column = 0; column < inputs.Count; column++)
            {
                var input = inputs[column];
                var (least, most) = (input.Minimum ?? Math.Min(-1, input.Maximum - 1 ?? -1), input.Maximum ?? Math.Max(1, input.Minimum + 1 ?? 1));
                // Neighbouring inputs are at different places of their ranges, so that the rows differ in more than one way.
                var share = (row + (0.37 * column)) % GoldenCount / (GoldenCount - 1);
                var value = least + (Math.Min(1, share) * (most - least));
                values[(row * inputs.Count) + column] = row == GoldenCount - 1 && !input.Required ? double.NaN
                    : input.Type == "integer" ? Math.Round(value)
                    : value;
            }
        }

        return new Matrix(GoldenCount, inputs.Count, values);
    }
}
