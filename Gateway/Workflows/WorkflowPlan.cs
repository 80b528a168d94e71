using System.Text.Json;
using Skipper.Gateway.Runs;
using Skipper.Gateway.Workflows.Expressions;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Gateway.Workflows;

/// <summary>One planning: the states of the steps as they become, and the changes that lead there.</summary>
internal sealed partial class WorkflowPlan
{
    private readonly WorkflowContext _context;
    private readonly JsonElement _inputs;
    private readonly Dictionary<string, StepSnapshot> _steps;
    private readonly Dictionary<string, SortedDictionary<int, StepSnapshot>> _items = new(StringComparer.Ordinal);
    private readonly Dictionary<string, StepChange> _changes = new(StringComparer.Ordinal);
    private readonly List<string> _order = [];
    private readonly Dictionary<string, JsonElement> _outputs = new(StringComparer.Ordinal);
    private int _moves;

    public WorkflowPlan(WorkflowContext context, IReadOnlyList<StepSnapshot> steps)
    {
        _context = context;
        _inputs = Values.Read(context.Inputs);
        _steps = steps.ToDictionary(step => step.Step, StringComparer.Ordinal);
        foreach (var item in steps.Where(step => step.Item is not null))
        {
            ItemsOf(item.Name)[item.Item!.Value] = item;
        }
    }

    public IReadOnlyList<StepChange> Changes => [.. _order.Select(step => _changes[step])];

    /// <summary>Why the run fails, JSON; known when all steps but those of <c>on_failure</c> have ended.</summary>
    public string? Error { get; set; }

    public string StateOf(string step) => _steps[step].State;

    public string? ErrorOf(string step) => _steps[step].Error;

    /// <summary>What a step answered; null where it has not succeeded.</summary>
    public JsonElement? OutputOf(string step)
    {
        if (_steps[step] is not { Output: { } output, State: StepState.Succeeded or StepState.Reused })
        {
            return null;
        }

        if (!_outputs.TryGetValue(step, out var value))
        {
            _outputs[step] = value = Values.Read(output);
        }

        return value;
    }

    public bool AllEnded(IReadOnlyList<WorkflowStep> steps) => steps.All(step => StepState.IsFinal(StateOf(step.Name)));

    /// <summary>Where no step's end changes another, all has been done.</summary>
    public void Advance(IReadOnlyList<WorkflowStep> steps)
    {
        var before = -1;
        while (before != _moves)
        {
            before = _moves;
            foreach (var step in steps)
            {
                switch (StateOf(step.Name))
                {
                    case StepState.Waiting:
                        Begin(step);
                        break;
                    case StepState.Expanded:
                        Continue(step);
                        break;
                }
            }
        }
    }

    public void Skip(IReadOnlyList<WorkflowStep> steps)
    {
        foreach (var step in steps.Where(step => StateOf(step.Name) is StepState.Waiting))
        {
            Change(new StepChange { Step = step.Name, State = StepState.Skipped });
        }
    }

    public ExpressionScope Scope(JsonElement? item = null, int index = 0) => new()
    {
        Inputs = _inputs,
        RunId = _context.RunId,
        Slot = _context.Slot,
        Steps = name => (StateOf(name), OutputOf(name)),
        Item = item,
        ItemIndex = index,
        Error = Error is null ? null : Values.Read(Error),
    };

    private void Begin(WorkflowStep step)
    {
        switch (StepNeeds.Decide(step, StateOf))
        {
            case StepState.Queued:
                Try(step, () => Start(step));
                break;
            case StepState.Waiting:
                break;
            case var state:
                Change(new StepChange { Step = step.Name, State = state });
                break;
        }
    }

    private void Start(WorkflowStep step)
    {
        if (step.When is not null && !Values.Truth(step.When.Evaluate(Scope()), "when"))
        {
            Change(new StepChange { Step = step.Name, State = StepState.Skipped });
        }
        else if (step.Foreach is null)
        {
            Queue(step, step.Name, item: null, 0);
        }
        else
        {
            Expand(step, Items(step));
        }
    }

    private void Queue(WorkflowStep step, string id, JsonElement? item, int index)
    {
        var scope = Scope(item, index);
        Change(new StepChange
        {
            Step = id,
            State = StepState.Queued,
            Request = StepMessage.Write(step, scope),
            ConcurrencyKey = step.ConcurrencyKey?.Evaluate(scope) is { } key
                ? key.ValueKind is JsonValueKind.String ? key.GetString() : key.GetRawText()
                : null,
        });
    }

    /// <summary>A step whose expressions have no value fails without being executed.</summary>
    private void Try(WorkflowStep step, Action action, string? id = null)
    {
        try
        {
            action();
        }
        catch (Exception exception) when (StepErrors.IsOfExpression(exception))
        {
            Change(new StepChange
            {
                Step = id ?? step.Name,
                State = StepState.Failed,
                Error = StepErrors.Json(ErrorCode.FailedPrecondition, exception.Message),
            });
        }
    }

    private void Change(StepChange change)
    {
        var name = change.Step.Split('[')[0];
        var after = new StepSnapshot(
            change.Step, name, change.Item ?? _steps.GetValueOrDefault(change.Step)?.Item, change.State, change.Output, change.Error);
        _steps[change.Step] = after;
        if (after.Item is { } index)
        {
            ItemsOf(name)[index] = after;
        }

        _moves++;

        // A step can change twice in one move, as an item that is made and queued: what counts is where it ends.
        if (_changes.TryGetValue(change.Step, out var earlier))
        {
            _changes[change.Step] = change with { IsNew = earlier.IsNew, Item = earlier.Item };
            return;
        }

        _order.Add(change.Step);
        _changes[change.Step] = change;
    }
}
