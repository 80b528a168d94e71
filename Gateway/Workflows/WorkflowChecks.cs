using Skipper.Gateway.Workflows.Expressions;
using Skipper.Shared.Declarations;

namespace Skipper.Gateway.Workflows;

/// <summary>Where an expression stands, which says what it can refer to.</summary>
/// <param name="Step">The step; absent = the output of the workflow.</param>
/// <param name="HasItem">Whether it is evaluated for each item of a <c>foreach</c>.</param>
/// <param name="IsOnFailure">Whether the step is one of <c>on_failure</c>.</param>
internal readonly record struct ReferencePlace(string? Step, bool HasItem, bool IsOnFailure);

/// <summary>Checks what steps say about each other: needs that exist and form no cycle, references to what is there by then.</summary>
internal sealed class WorkflowChecks(SourceReader source)
{
    /// <summary>The output of the workflow.</summary>
    public static readonly ReferencePlace Output;

    private static readonly string[] RunMembers = ["id", "slot", "error"];
    private static readonly string[] StepMembers = ["output", "outputs", "state"];

    private readonly Dictionary<string, (SourceMember Member, string List)> _steps = new(StringComparer.Ordinal);
    private readonly List<(SourceNode Node, string Step, string Need)> _needs = [];
    private readonly List<(SourceNode Node, PathExpression Path, ReferencePlace Place)> _references = [];

    public void AddStep(SourceMember member, string list)
    {
        if (!_steps.TryAdd(member.Name, (member, list)) && _steps[member.Name].List != list)
        {
            source.Add(member.Line, member.Column, $"'{member.Name}' is there twice: it is a step of {_steps[member.Name].List} already.");
        }
    }

    public void AddNeed(SourceNode node, string step, string need) => _needs.Add((node, step, need));

    public void Add(SourceNode node, IEnumerable<PathExpression> paths, ReferencePlace place) =>
        _references.AddRange(paths.Select(path => (node, path, place)));

    public void Check(WorkflowDefinition definition)
    {
        var steps = definition.Steps.Concat(definition.OnFailure).DistinctBy(step => step.Name)
            .ToDictionary(step => step.Name, StringComparer.Ordinal);
        foreach (var (node, step, need) in _needs)
        {
            CheckNeed(node, step, need);
        }

        if (FindCycle(steps) is { } cycle)
        {
            var at = _steps[cycle[0]].Member;
            source.Add(at.Line, at.Column, $"The steps need each other in a circle: {string.Join(" needs ", cycle)}.");
            return;
        }

        var before = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach (var (node, path, place) in _references)
        {
            if (Problem(path, place, definition, steps, before) is { } problem)
            {
                source.Add(node, $"{path.Text}: {problem}");
            }
        }
    }

    private void CheckNeed(SourceNode node, string step, string need)
    {
        if (!_steps.TryGetValue(need, out var needed))
        {
            source.Add(node, $"Step '{step}' needs '{need}', which is not there.{Nearest.Suggest(need, _steps.Keys)}");
        }
        else if (_steps[step].List != needed.List)
        {
            source.Add(
                node,
                $"Step '{step}' of {_steps[step].List} cannot need '{need}' of {needed.List}: on_failure runs after all steps have ended.");
        }
    }

    private static string? Problem(
        PathExpression path,
        ReferencePlace place,
        WorkflowDefinition definition,
        Dictionary<string, WorkflowStep> steps,
        Dictionary<string, HashSet<string>> before)
    {
        var second = path.Segments.Count > 1 ? path.Segments[1].Name : null;
        switch (path.Segments[0].Name)
        {
            case "inputs":
                var inputs = definition.Inputs.Select(input => input.Name).ToList();
                return second is null || inputs.Contains(second)
                    ? null
                    : $"there is no input '{second}'; known are {string.Join(", ", inputs)}.{Nearest.Suggest(second, inputs)}";
            case "run":
                return second == "error" && !place.IsOnFailure ? "run.error is there for the steps of on_failure only."
                    : RunMembers.Contains(second) ? null
                    : "expected run.id or run.slot.";
            case "item" or "item_index":
                return place.HasItem ? null : "there is an item only in with, payload and concurrency of a step with foreach.";
            default:
                return StepProblem(path, place, second, steps, before);
        }
    }

    private static string? StepProblem(
        PathExpression path,
        ReferencePlace place,
        string? name,
        Dictionary<string, WorkflowStep> steps,
        Dictionary<string, HashSet<string>> before)
    {
        var member = path.Segments.Count > 2 ? path.Segments[2].Name : null;
        if (name is null || !StepMembers.Contains(member))
        {
            return "expected steps.NAME.output, steps.NAME.outputs or steps.NAME.state.";
        }

        if (!steps.TryGetValue(name, out var step))
        {
            return $"there is no step '{name}'.{Nearest.Suggest(name, steps.Keys)}";
        }

        if (place.Step == name || (place.Step is { } from && !place.IsOnFailure && !Before(from, steps, before).Contains(name)))
        {
            return $"step '{place.Step}' must need '{name}', directly or through other steps, to refer to it.";
        }

        return (member, step.Foreach) switch
        {
            ("output", not null) => $"'{name}' has a foreach: its outputs are a list, steps.{name}.outputs.",
            ("outputs", null) => $"'{name}' has no foreach: it has one output, steps.{name}.output.",
            _ => null,
        };
    }

    /// <summary>All steps that have ended when a step begins.</summary>
    private static HashSet<string> Before(
        string step, Dictionary<string, WorkflowStep> steps, Dictionary<string, HashSet<string>> known)
    {
        if (known.TryGetValue(step, out var found))
        {
            return found;
        }

        found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var need in steps.TryGetValue(step, out var current) ? current.Needs : [])
        {
            found.Add(need);
            found.UnionWith(Before(need, steps, known));
        }

        return known[step] = found;
    }

    /// <summary>The names along a circle, the first one again at the end; null where there is none.</summary>
    private static List<string>? FindCycle(Dictionary<string, WorkflowStep> steps)
    {
        var (done, path) = (new HashSet<string>(StringComparer.Ordinal), new List<string>());
        return steps.Keys.Select(Visit).FirstOrDefault(cycle => cycle is not null);

        List<string>? Visit(string name)
        {
            if (path.IndexOf(name) is var start and >= 0)
            {
                return [.. path[start..], name];
            }

            if (done.Contains(name) || !steps.TryGetValue(name, out var step))
            {
                return null;
            }

            path.Add(name);
            var cycle = step.Needs.Select(Visit).FirstOrDefault(found => found is not null);
            path.RemoveAt(path.Count - 1);
            done.Add(name);
            return cycle;
        }
    }
}
