using System.Text;
using Skipper.Gateway.Runs;
using Skipper.Gateway.Tasks;
using Skipper.Gateway.Workflows;

namespace Skipper.Gateway.Tests.Workflows;

/// <summary>A run in memory: applies each move, and holds the planner to its promises on the way.</summary>
internal sealed class PlannedRun
{
    private readonly WorkflowContext _context;
    private readonly Dictionary<string, StepSnapshot> _steps = new(StringComparer.Ordinal);

    public PlannedRun(string yaml, string inputs = "{}", DateTimeOffset? slot = null)
        : this(Read(yaml), inputs, slot)
    {
    }

    public PlannedRun(WorkflowDefinition definition, string inputs = "{}", DateTimeOffset? slot = null)
    {
        Definition = definition;
        _context = new WorkflowContext(
            Guid.Parse("01980f5e-3c7a-7b1e-9f0a-5d2c8e4b6a10"), WorkflowInputs.Resolve(definition, inputs), slot);
        foreach (var step in WorkflowPlanner.FirstSteps(definition))
        {
            _steps[step.Name] = new StepSnapshot(step.Name, step.Name, null, StepState.Waiting, null, null);
        }

        Move();
    }

    public WorkflowDefinition Definition { get; }

    public RunOutcome? Outcome { get; private set; }

    /// <summary>Every step that was queued, in order, with its message.</summary>
    public List<(string Step, string Request)> Queued { get; } = [];

    public IReadOnlyDictionary<string, StepSnapshot> Steps => _steps;

    public string[] Open => [.. Queued.Select(step => step.Step).Where(step => _steps[step].State == StepState.Queued)];

    public string? KeyOf { get; private set; }

    public static WorkflowReading TryRead(string text, bool isJson = false) =>
        WorkflowReader.Read(Encoding.UTF8.GetBytes(text), isJson, new TaskOptions());

    public static WorkflowDefinition Read(string text, bool isJson = false)
    {
        var reading = TryRead(text, isJson);
        Assert.Empty(reading.Errors);
        return reading.Definition!;
    }

    public string StateOf(string step) => _steps[step].State;

    public string RequestOf(string step) => Queued.Single(queued => queued.Step == step).Request;

    public void Succeed(string step, string output = "{}") => End(step, StepState.Succeeded, output, null);

    public void Fail(string step, string error = """{"error":"broken","code":"internal"}""") => End(step, StepState.Failed, null, error);

    public void End(string step, string state, string? output = null, string? error = null)
    {
        Assert.False(StepState.IsFinal(StateOf(step)), $"{step} has ended already");
        _steps[step] = _steps[step] with { State = state, Output = output, Error = error };
        Move();
    }

    /// <summary>What the core does to steps that nobody has begun when their run is cancelled.</summary>
    public void Cancel(params string[] steps)
    {
        foreach (var step in steps)
        {
            _steps[step] = _steps[step] with { State = StepState.Cancelled };
        }

        Move();
    }

    private void Move()
    {
        var move = Next();
        foreach (var change in move.Changes)
        {
            Apply(change);
        }

        var again = Next();
        Assert.Empty(again.Changes);
        Assert.Equal(move.Outcome, again.Outcome);
        Outcome = move.Outcome;
    }

    private WorkflowMove Next() => WorkflowPlanner.Next(Definition, _context, [.. _steps.Values]);

    private void Apply(StepChange change)
    {
        Assert.Equal(change.IsNew, !_steps.ContainsKey(change.Step));
        var before = _steps.GetValueOrDefault(change.Step)
            ?? new StepSnapshot(change.Step, change.Step.Split('[')[0], change.Item, StepState.Waiting, null, null);
        Assert.False(StepState.IsFinal(before.State), $"{change.Step} was {before.State} and must not change");
        if (change.State == StepState.Queued)
        {
            Assert.All(Definition.Find(before.Name)!.Needs, need => Assert.True(StepState.IsFinal(StateOf(need)), $"{need} has not ended"));
            Assert.DoesNotContain(change.Step, Queued.Select(queued => queued.Step));
            Queued.Add((change.Step, Assert.IsType<string>(change.Request)));
            KeyOf = change.ConcurrencyKey;
        }

        _steps[change.Step] = before with { State = change.State, Output = change.Output, Error = change.Error };
    }
}
