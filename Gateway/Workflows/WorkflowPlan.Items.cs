using System.Text.Json;
using Skipper.Gateway.Runs;
using Skipper.Gateway.Workflows.Expressions;

namespace Skipper.Gateway.Workflows;

internal sealed partial class WorkflowPlan
{
    private List<JsonElement> Items(WorkflowStep step)
    {
        var list = step.Foreach!.Evaluate(Scope());
        return (list.ValueKind, list.ValueKind is JsonValueKind.Array ? list.GetArrayLength() : 0) switch
        {
            (JsonValueKind.Array, <= WorkflowReader.MaxItems) => [.. list.EnumerateArray()],
            (JsonValueKind.Array, var count) => throw new ExpressionException(
                $"foreach takes at most {WorkflowReader.MaxItems} items, this list has {count}."),
            _ => throw new ExpressionException($"foreach takes a list, found {Values.Describe(list)}."),
        };
    }

    /// <summary>
    /// All items begin to exist at once, so that it can be seen how many there are. A run that repeats another may have some already.
    /// </summary>
    private void Expand(WorkflowStep step, List<JsonElement> list)
    {
        if (list.Count == 0)
        {
            Change(new StepChange { Step = step.Name, State = StepState.Succeeded, Output = "[]" });
            return;
        }

        Change(new StepChange { Step = step.Name, State = StepState.Expanded });
        var known = ItemsOf(step.Name);
        foreach (var index in Enumerable.Range(0, list.Count).Where(index => !known.ContainsKey(index)).ToList())
        {
            Change(new StepChange { Step = $"{step.Name}[{index}]", IsNew = true, Item = index, State = StepState.Waiting });
        }

        Continue(step);
    }

    /// <summary>Queues further items as others end, and ends the step with its last item. A failed item stops no other.</summary>
    private void Continue(WorkflowStep step)
    {
        var items = ItemsOf(step.Name);
        var waiting = new Queue<StepSnapshot>(items.Values.Where(item => item.State is StepState.Waiting));
        var free = (step.MaxParallel ?? items.Count)
            - items.Values.Count(item => item.State is not StepState.Waiting && !StepState.IsFinal(item.State));
        if (waiting.Count > 0 && free > 0)
        {
            var list = step.Foreach!.Evaluate(Scope());
            while (free > 0 && waiting.TryDequeue(out var next))
            {
                Try(step, () => Queue(step, next.Step, list[next.Item!.Value], next.Item.Value), next.Step);
                free -= StateOf(next.Step) is StepState.Queued ? 1 : 0;
            }
        }

        if (items.Values.All(item => StepState.IsFinal(item.State)))
        {
            Change(StepItems.End(step, [.. items.Values]));
        }
    }

    private SortedDictionary<int, StepSnapshot> ItemsOf(string name)
    {
        if (!_items.TryGetValue(name, out var items))
        {
            _items[name] = items = [];
        }

        return items;
    }
}
