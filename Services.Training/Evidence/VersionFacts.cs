using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Skipper.Services.Training.Trainings;
using Skipper.Shared.Engines;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Services.Training.Evidence;

/// <summary>Writes down what is known of a model on the day it is made: no bus, no clock, no disk.</summary>
internal static class VersionFacts
{
    // Shares of ten bins of so many rows are off by 0.003 (one deviation), far less than what is called drift.
    private const int MostRows = 10_000;
    private const int GoldenCount = 5;

    // Boosters answer in single precision, and another build of their library may add in another order.
    private const double Tolerance = 1e-5;

    /// <summary>Version of this program.</summary>
    public static string CodeVersion { get; } =
        typeof(VersionFacts).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary>Adds signature, golden rows and evidence to a version.</summary>
    /// <param name="draft">Knows features, targets, task and classes.</param>
    /// <param name="model">The model, loaded from its file.</param>
    /// <param name="train">Features of the training part, normalized; NaN = missing.</param>
    /// <param name="test">Features of the test part, normalized.</param>
    /// <param name="testTargets">Targets of the test part; numbers of classes where there are classes.</param>
    /// <param name="predicted">What the model predicts for the test part.</param>
    /// <param name="acceptsMissing">Whether rows without a value may be predicted.</param>
    public static ModelVersion AddTo(
        ModelVersion draft, ITrainedModel model, Matrix train, Matrix test, Matrix testTargets, Matrix predicted, bool acceptsMissing)
    {
        var outputs = OutputsOf(draft, model);
        var sample = Samples.Of(train, MostRows);
        var inputs = Task.Run(() => draft.Features.Select((feature, column) => Distributions.Of(
            feature.Name, sample.Column(column), feature.Mean, feature.StandardDeviation)).ToList());
        var predictions = Distributions.OfColumns([.. outputs.Select(output => output.Name)], model.Predict(sample));
        return draft with
        {
            Task = model.Task.Name(),
            Signature = new ModelSignature
            {
                Inputs = [.. draft.Features.Select(feature => InputOf(feature, acceptsMissing))],
                Outputs = outputs,
                Missing = acceptsMissing ? "allow" : "refuse",
            },
            Golden = GoldenOf(model, Samples.Of(test, GoldenCount)),
            Evidence = new ModelEvidence
            {
                RowCount = train.Rows,
                Inputs = inputs.GetAwaiter().GetResult(),
                Predictions = predictions,
                Importance = ImportanceOf(draft.Features, model),
                Residuals = model.Task is ModelTask.Regression ? Plots.Residuals(draft.Targets, predicted, testTargets) : null,
                Calibration = model.Task.IsClassification()
                    ? Plots.Calibration([.. outputs.Select(output => output.Name)], predicted, testTargets)
                    : null,
            },
        };
    }

    /// <summary>What the model answers by heart: its own predictions for some rows.</summary>
    public static GoldenRows GoldenOf(ITrainedModel model, Matrix rows) => new()
    {
        Inputs = [.. Enumerable.Range(0, rows.Rows).Select(row => (IReadOnlyList<double?>)
            [.. rows.Row(row).ToArray().Select(value => double.IsNaN(value) ? (double?)null : value)])],
        Outputs = Rows(model.Predict(rows)),
        Tolerance = Tolerance,
    };

    /// <summary>
    /// One output per target, or per class where there are several. Of two classes only the second has one, which is called like it where
    /// classes are texts.
    /// </summary>
    public static IReadOnlyList<ModelOutput> OutputsOf(ModelVersion draft, ITrainedModel model) => model.Task switch
    {
        ModelTask.Multiclass => [.. (draft.Classes ?? [.. Enumerable.Range(0, model.ClassCount).Select(number => $"{number}")])
            .Select(name => new ModelOutput { Name = name, Type = "probability" })],
        ModelTask.Binary => [new ModelOutput
        {
            Name = draft.Classes is [_, var second] classes && ClassLabels.AreTexts(classes) ? second : draft.Targets[0],
            Type = "probability",
        }],
        ModelTask.Ranking => [new ModelOutput { Name = draft.Targets[0], Type = "score" }],
        _ => [.. draft.Targets.Select(target => new ModelOutput { Name = target, Type = "number" })],
    };

    /// <summary>The digest of the rows of a test part: metrics with the same may be compared.</summary>
    public static string DigestOf(SplitPart test) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes($"{test.Features}{test.Targets}")));

    private static IReadOnlyList<InputImportance>? ImportanceOf(IReadOnlyList<FeatureColumn> features, ITrainedModel model)
    {
        var importance = model.Importance();
        var total = importance.Sum();
        return total > 0 && double.IsFinite(total)
            ? [.. features.Select((feature, column) => new InputImportance(feature.Name, importance[column] / total))
                .OrderByDescending(input => input.Share)]
            : null;
    }

    private static ModelInput InputOf(FeatureColumn feature, bool acceptsMissing) => new()
    {
        Name = feature.Name,
        Type = feature.Type,
        Required = !acceptsMissing,
        Minimum = feature.Minimum,
        Maximum = feature.Maximum,
    };

    private static IReadOnlyList<IReadOnlyList<double>> Rows(Matrix matrix) =>
        [.. Enumerable.Range(0, matrix.Rows).Select(row => (IReadOnlyList<double>)matrix.Row(row).ToArray())];
}
