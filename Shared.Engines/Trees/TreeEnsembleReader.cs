using System.Globalization;

namespace Skipper.Shared.Engines.Trees;

/// <summary>
/// Reads what XGBoost saves as <c>.json</c> or <c>.ubj</c> (doc/model.schema of its sources), versions 1.0 to 3.x.
/// Everything is checked before it is used: the file may come from anywhere.
/// </summary>
internal static class TreeEnsembleReader
{
    private const int MostOutputs = 100_000;

    /// <exception cref="InvalidDataException">Not such a model, damaged, or of a kind that is not supported.</exception>
    public static TreeEnsemble Read(ReadOnlyMemory<byte> file)
    {
        if (file.Span.StartsWith("binf"u8))
        {
            throw new InvalidDataException("The model is in XGBoost's old binary format; save it as .json or .ubj.");
        }

        var root = IsUbj(file.Span) ? UbjModelReader.Read(file) : JsonModelReader.Read(file.Span);
        return ReadLearner(root, root.Member("learner"));
    }

    /// <summary>Whether it is Universal Binary JSON: there the marker of a length follows the brace, in JSON a quote.</summary>
    public static bool IsUbj(ReadOnlySpan<byte> file) =>
        file is [(byte)'{', (byte)'L' or (byte)'l' or (byte)'I' or (byte)'i' or (byte)'U', ..];

    private static TreeEnsemble ReadLearner(ModelNode root, ModelNode learner)
    {
        var booster = learner.Member("gradient_booster");
        var name = booster.Text("name");
        if (name != "gbtree")
        {
            throw new InvalidDataException(
                $"The booster '{(name.Length > 80 ? name[..80] : name)}' of the model is not supported, only gbtree is; "
                + "train the model again with booster=gbtree.");
        }

        var parameters = learner.Member("learner_model_param");
        var objective = Objective.Find(learner.Member("objective").Text("name"));
        var features = parameters.Integer("num_feature");
        var outputs = Math.Max(1, Math.Max(parameters.Integer("num_class", 0), parameters.Integer("num_target", 1)));
        Require(features > 0, "has no features");
        Require(outputs <= MostOutputs, $"has {outputs} outputs, more than {MostOutputs}");
        Require(
            objective.Task is ModelTask.Regression || (objective.Task == ModelTask.Multiclass ? outputs > 1 : outputs == 1),
            $"has {outputs} outputs, which does not go with its objective {objective.Name}");

        var model = booster.Member("model");
        var sources = model.Items("trees");
        var trees = new Tree[sources.Count];
        for (var i = 0; i < trees.Length; i++)
        {
            trees[i] = TreeReader.Read(sources[i], i, features);
        }

        var treeOutputs = model.Integers("tree_info");
        Require(
            treeOutputs.Length == trees.Length && treeOutputs.All(output => output >= 0 && output < outputs),
            "does not say for each tree which output it adds to");
        var names = learner.Find("feature_names") is null ? [] : learner.Texts("feature_names");
        Require(names.Count == 0 || names.Count == features, $"has {names.Count} feature names for {features} features");
        return new TreeEnsemble(objective, features, BaseMargins(parameters, objective, outputs), trees, treeOutputs)
        {
            FeatureNames = names,
            Version = ReadVersion(root),
        };
    }

    // "5E-1" up to 3.0; from 3.1 on "[5E-1]", with one number for all outputs or one for each.
    private static float[] BaseMargins(ModelNode parameters, Objective objective, int outputs)
    {
        var text = parameters.Text("base_score");
        var parts = text.Trim('[', ']').Split(',');
        Require(parts.Length == 1 || parts.Length == outputs, $"has {parts.Length} base scores for {outputs} outputs");
        var margins = new float[outputs];
        for (var i = 0; i < outputs; i++)
        {
            var part = parts[parts.Length == 1 ? 0 : i];
            var isNumber = float.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var score);
            margins[i] = isNumber ? objective.BaseMargin(score) : float.NaN;
            Require(float.IsFinite(margins[i]), $"has the base score '{part}', which is not possible for {objective.Name}");
        }

        return margins;
    }

    private static Version? ReadVersion(ModelNode root)
    {
        if (root.Find("version") is null)
        {
            return null;
        }

        var numbers = root.Integers("version");
        Require(numbers.Length == 3 && numbers.All(number => number >= 0), "has a version that is not three numbers");
        return new Version(numbers[0], numbers[1], numbers[2]);
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new InvalidDataException($"The model {message}.");
        }
    }
}
