using System.Globalization;
using System.Text.Json;
using Skipper.Gateway.Runs;

namespace Skipper.Gateway.Workflows.Expressions;

/// <summary>What paths can refer to.</summary>
internal sealed record ExpressionScope
{
    /// <summary>The names that a path can begin with.</summary>
    public static IReadOnlyList<string> Roots { get; } = ["inputs", "steps", "run", "item", "item_index"];

    public required JsonElement Inputs { get; init; }

    public required Guid RunId { get; init; }

    public DateTimeOffset? Slot { get; init; }

    /// <summary>The state and the output of a step by name.</summary>
    public required Func<string, (string State, JsonElement? Output)> Steps { get; init; }

    /// <summary>The item of a <c>foreach</c>; absent = outside of one.</summary>
    public JsonElement? Item { get; init; }

    public int ItemIndex { get; init; }

    /// <summary>Why the run fails; for the steps of <c>on_failure</c>.</summary>
    public JsonElement? Error { get; init; }

    /// <summary>Finds where a path begins.</summary>
    /// <param name="path">The path.</param>
    /// <param name="value">The value there.</param>
    /// <param name="used">How many segments lead there.</param>
    /// <param name="problem">Why there is none.</param>
    public bool TryRoot(PathExpression path, out JsonElement value, out int used, out string problem)
    {
        problem = "";
        var second = path.Segments.Count > 1 ? path.Segments[1].Name : null;
        (var found, used) = (path.Segments[0].Name, second) switch
        {
            ("inputs", _) => (Inputs, 1),
            ("run", "id") => (Values.Of(RunId.ToString()), 2),
            ("run", "slot") => (Slot is { } slot ? Values.Of(Write(slot)) : null, 2),
            ("run", "error") => (Error, 2),
            ("item", _) => (Item, 1),
            ("item_index", _) => (Item is null ? null : (JsonElement?)JsonSerializer.SerializeToElement(ItemIndex), 1),
            ("steps", { } name) => Step(path, name, ref problem),
            _ => (null, 1),
        };
        value = found ?? default;
        if (found is null && problem.Length == 0)
        {
            problem = $"{path.Text} has no value in this run.";
        }

        return found is not null;
    }

    private static string Write(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private (JsonElement? Value, int Used) Step(PathExpression path, string name, ref string problem)
    {
        var (state, output) = Steps(name);
        if (path.Segments.Count > 2 && path.Segments[2].Name == "state")
        {
            return (Values.Of(state), 3);
        }

        if (output is null)
        {
            problem = state is StepState.Skipped
                ? $"{path.Text} has no value: step '{name}' was skipped; default({path.Text}, ...) says what to take then."
                : $"{path.Text} has no value: step '{name}' is {state}.";
        }

        return (output, 3);
    }
}
