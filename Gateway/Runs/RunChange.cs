namespace Skipper.Gateway.Runs;

/// <summary>What happens to a run in one transaction: events, and the state that follows from them.</summary>
internal sealed class RunChange(Guid runId)
{
    public Guid RunId { get; } = runId;

    /// <summary>Absent = as it was.</summary>
    public string? State { get; private set; }

    /// <summary>JSON; absent = as it was.</summary>
    public string? Output { get; private set; }

    /// <summary>JSON; absent = as it was.</summary>
    public string? Error { get; private set; }

    /// <summary>In the order in which they happened.</summary>
    public List<RunEvent> Events { get; } = [];

    /// <summary>Whether the run has ended with it.</summary>
    public bool IsEnd => State is not (null or RunState.Running);

    /// <summary>A worker has begun with a step.</summary>
    public void Start(string step, int attempt)
    {
        State ??= RunState.Running;
        Add("step.started", step, attempt);
    }

    public void Add(string type, string? step = null, int? attempt = null, string? data = null) =>
        Events.Add(new RunEvent(type, step, attempt, data));

    public void End(string state, string? output, string? error)
    {
        (State, Output, Error) = (state, output, error);
        Add($"run.{state}");
    }
}

/// <summary>An event of a run: <c>run.STATE</c> or <c>step.STATE</c>, and <c>step.started</c>, <c>step.retried</c>, <c>step.lost</c>.</summary>
/// <param name="Type">What happened.</param>
/// <param name="Step">To which step; absent = to the run.</param>
/// <param name="Attempt">In which attempt.</param>
/// <param name="Data">More about it, JSON.</param>
internal sealed record RunEvent(string Type, string? Step, int? Attempt, string? Data);
