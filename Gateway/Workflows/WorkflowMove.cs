namespace Skipper.Gateway.Workflows;

/// <summary>A step of a run as the planner sees it.</summary>
/// <param name="Step">Its id in the run: the name, or <c>name[item]</c> for one item of a <c>foreach</c>.</param>
/// <param name="Name">Its name in the definition.</param>
/// <param name="Item">The index of its item; absent = not one of a <c>foreach</c>.</param>
/// <param name="State">One of <see cref="Runs.StepState"/>.</param>
/// <param name="Output">What it answered, JSON; absent where it has not succeeded.</param>
/// <param name="Error">Its error, JSON; absent where it has not failed.</param>
internal sealed record StepSnapshot(string Step, string Name, int? Item, string State, string? Output, string? Error);

/// <summary>What follows from the states of a run's steps.</summary>
/// <param name="Changes">Steps that change, or begin to exist.</param>
/// <param name="Outcome">How the run ended; absent = it goes on.</param>
internal sealed record WorkflowMove(IReadOnlyList<StepChange> Changes, RunOutcome? Outcome);

/// <summary>The next state of one step.</summary>
internal sealed record StepChange
{
    /// <summary>The id of the step in the run, see <see cref="StepSnapshot"/>.</summary>
    public required string Step { get; init; }

    /// <summary>Whether it is an item that does not exist yet: its row is made, as the definition of its name says.</summary>
    public bool IsNew { get; init; }

    /// <summary>The index of a new item.</summary>
    public int? Item { get; init; }

    /// <summary>The state it changes to.</summary>
    public required string State { get; init; }

    /// <summary>The message for its worker, JSON: for steps that become queued.</summary>
    public string? Request { get; init; }

    /// <summary>Where the definition limits concurrency by key: the key, references resolved; for steps that become queued.</summary>
    public string? ConcurrencyKey { get; init; }

    /// <summary>The outputs of all items as a JSON array: for a <c>foreach</c> whose items have ended.</summary>
    public string? Output { get; init; }

    /// <summary>Why it cannot be executed, the JSON of an error: for steps that fail without being executed.</summary>
    public string? Error { get; init; }
}

/// <summary>How a run ended.</summary>
/// <param name="State"><c>succeeded</c>, <c>failed</c> or <c>timed_out</c>; never <c>cancelled</c>, which is decided elsewhere.</param>
/// <param name="Output">JSON.</param>
/// <param name="Error">JSON.</param>
internal sealed record RunOutcome(string State, string? Output, string? Error);
