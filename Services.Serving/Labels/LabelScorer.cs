using System.Text.Json;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Serving.Labels;

/// <summary>Reads what came true for predictions of one version, and says how far they were off.</summary>
internal sealed class LabelScorer(ModelVersion manifest)
{
    // As scikit-learn and others clip, so that one sure mistake does not make the mean infinite.
    private const double SmallestProbability = 1e-15;

    /// <summary>One row for each target that has a label.</summary>
    /// <exception cref="MeshException">Names row and target, what was expected and what was found.</exception>
    public IEnumerable<LabelRow> Score(RowLabel label, IReadOnlyDictionary<string, double> output)
    {
        if (label.Label.ValueKind is not JsonValueKind.Object)
        {
            return manifest.Targets.Count == 1
                ? [Score(label.Row, manifest.Targets[0], label.Label, output)]
                : throw Refused(label.Row, $"expected an object with a member per target ({Names}), found {label.Label.ValueKind}");
        }

        var members = label.Label.EnumerateObject().ToList();
        return members.Count > 0
            ? [.. members.DistinctBy(member => member.Name.ToUpperInvariant())
                .Select(member => Score(label.Row, Find(label.Row, member.Name), member.Value, output))]
            : throw Refused(label.Row, $"expected at least one target ({Names}), found none");
    }

    private string Names => string.Join(", ", manifest.Targets);

    private string Find(int row, string name) =>
        manifest.Targets.FirstOrDefault(target => target.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw Refused(row, $"'{name}' is no target of {manifest.Name}@{manifest.Version}; expected {Names}");

    private LabelRow Score(int row, string target, JsonElement label, IReadOnlyDictionary<string, double> output) =>
        manifest.Classes is { } classes
            ? ScoreClass(target, Class(row, label, classes), classes, output)
            : ScoreNumber(target, Number(row, target, label), output);

    private LabelRow ScoreNumber(string target, double label, IReadOnlyDictionary<string, double> output) => new()
    {
        Target = target,
        Label = JsonSerializer.Serialize(label),

        // A score of a ranking has no unit, and so no error.
        Error = manifest.Task != "ranking" && output.TryGetValue(target, out var predicted) ? predicted - label : null,
    };

    private static LabelRow ScoreClass(
        string target, int label, IReadOnlyList<string> classes, IReadOnlyDictionary<string, double> output)
    {
        // Of two classes there is the probability of the second, under the target's name.
        double[] probabilities = classes.Count == 2 && output.TryGetValue(target, out var second)
            ? [1 - second, second]
            : [.. classes.Select(name => output.GetValueOrDefault(name))];
        return new LabelRow
        {
            Target = target,
            Label = JsonSerializer.Serialize(classes[label]),
            IsRight = Array.IndexOf(probabilities, probabilities.Max()) == label ? 1 : 0,
            LogLoss = -Math.Log(Math.Max(probabilities[label], SmallestProbability)),
            Brier = probabilities.Select((probability, i) => Math.Pow(probability - (i == label ? 1 : 0), 2)).Sum(),
        };
    }

    private static int Class(int row, JsonElement label, IReadOnlyList<string> classes)
    {
        var name = label.ValueKind switch
        {
            JsonValueKind.String => label.GetString(),
            JsonValueKind.Number => label.GetRawText(),
            _ => null,
        };
        for (var i = 0; i < classes.Count; i++)
        {
            if (classes[i] == name)
            {
                return i;
            }
        }

        throw Refused(row, $"expected one of the classes {string.Join(", ", classes.Take(20))}, found {Shown(label)}");
    }

    private static double Number(int row, string target, JsonElement label) =>
        label.ValueKind is JsonValueKind.Number && label.TryGetDouble(out var number) && double.IsFinite(number)
            ? number
            : throw Refused(row, $"expected a finite number for '{target}', found {Shown(label)}");

    private static string Shown(JsonElement label)
    {
        var text = label.ValueKind is JsonValueKind.Undefined ? "nothing" : label.GetRawText();
        return text.Length <= 40 ? text : $"{text[..40]}...";
    }

    private static MeshException Refused(int row, string problem) =>
        MeshException.InvalidArgument($"The label of row {row} cannot be taken: {problem}.");
}
