using System.Text.RegularExpressions;
using Skipper.Shared.Engines;
using Skipper.Shared.Engines.Transforms;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Training.Imports;

/// <summary>Refuses what does not fit a model file, and says what would.</summary>
internal static partial class ImportChecks
{
    public static void RequireName(string name) => Require(
        Name().IsMatch(name), $"data.name must be 1 to 64 lower case letters, digits, '-' and '_', was '{Shorten(name)}'");

    /// <summary>What goes into the model: as asked for, or as transform or file name it.</summary>
    public static IReadOnlyList<ModelInput> Features(
        IReadOnlyList<ModelInput>? wanted, ImportedModel model, IReadOnlyList<string>? names)
    {
        names ??= model.FeatureNames.Count > 0 ? model.FeatureNames : [.. Enumerable.Range(0, model.FeatureCount).Select(number => $"f{number}")];
        IReadOnlyList<ModelInput> inputs =
        [
            .. (wanted ?? [.. names.Select(name => new ModelInput { Name = name, Type = "number", Required = false })])
                .Select(input => input with { Required = input.Required || !model.AcceptsMissing }),
        ];
        Require(
            inputs.Count == model.FeatureCount,
            $"data.{(wanted is null ? "preprocessing" : "inputs")} must name the {model.FeatureCount} features of the model in their order, found {inputs.Count}");
        var repeated = inputs.GroupBy(input => input.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1);
        Require(repeated is null, $"data.inputs must name each input once, '{repeated?.Key}' is there twice");
        foreach (var input in inputs)
        {
            Require(!string.IsNullOrWhiteSpace(input.Name), "data.inputs must name every input, one name is empty");
            Require(
                input.Type is "number" or "integer",
                $"Input '{input.Name}' must be a number or an integer, as the engine takes nothing else; was '{Shorten(input.Type)}'");
            Require(
                input.Minimum is not { } least || input.Maximum is not { } most || least <= most,
                $"Input '{input.Name}' must have a minimum of at most its maximum");
        }

        return inputs;
    }

    /// <summary>What rows have where a transform makes features of them: its columns.</summary>
    public static IReadOnlyList<ModelInput> RawInputs(IReadOnlyList<ModelInput>? wanted, ImportedModel model, FittedTransform transform)
    {
        var names = transform.Columns.Select(column => column.Name).ToList();
        Require(
            wanted is null || wanted.Select(input => input.Name).SequenceEqual(names, StringComparer.Ordinal),
            $"data.inputs must name the columns of the transform in their order: {string.Join(", ", names)}");
        return
        [
            .. transform.Columns.Select((column, position) =>
                (wanted?[position] ?? new ModelInput { Name = column.Name, Type = column.Type, Required = !model.AcceptsMissing })
                    with { Type = column.Type }),
        ];
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
