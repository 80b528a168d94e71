using System.Text.RegularExpressions;
using Skipper.Shared.Engines.XGBoost;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Training.Imports;

/// <summary>Refuses what does not fit a model file, and says what would.</summary>
internal static partial class ImportChecks
{
    public static void RequireName(string name) => Require(
        Name().IsMatch(name), $"data.name must be 1 to 64 lower case letters, digits, '-' and '_', was '{Shorten(name)}'");

    /// <summary>The inputs as asked for, or as the file names them.</summary>
    public static IReadOnlyList<ModelInput> Inputs(ImportModel.ModelFile wanted, ImportedModel model)
    {
        var inputs = wanted.Inputs ?? [.. Enumerable.Range(0, model.FeatureCount).Select(number => new ModelInput
        {
            Name = model.FeatureNames.Count > 0 ? model.FeatureNames[number] : $"f{number}",
            Type = "number",
            Required = false,
        })];
        Require(
            inputs.Count == model.FeatureCount,
            $"data.inputs must name the {model.FeatureCount} features of the model in their order, found {inputs.Count}");
        var repeated = inputs.GroupBy(input => input.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1);
        Require(repeated is null, $"data.inputs must name each input once, '{repeated?.Key}' is there twice");
        foreach (var input in inputs)
        {
            Require(!string.IsNullOrWhiteSpace(input.Name), "data.inputs must name every input, one name is empty");
            Require(
                input.Type is "number" or "integer",
                $"Input '{input.Name}' must be a number or an integer, as XGBoost takes nothing else; was '{Shorten(input.Type)}'");
            Require(
                input.Minimum is not { } least || input.Maximum is not { } most || least <= most,
                $"Input '{input.Name}' must have a minimum of at most its maximum");
        }

        return inputs;
    }

    public static void RequireClasses(IReadOnlyList<string>? classes, ImportedModel model) => Require(
        classes is null || classes.Count == model.ClassCount,
        $"data.classes must name the {model.ClassCount} classes of the model, found {classes?.Count}");

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw MeshException.InvalidArgument($"{message}.");
        }
    }

    private static string Shorten(string text) => text.Length <= 80 ? text : $"{text[..80]}...";

    [GeneratedRegex(@"\A[a-z0-9_-]{1,64}\z")]
    private static partial Regex Name();
}
