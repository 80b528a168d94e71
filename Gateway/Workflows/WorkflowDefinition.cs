using System.Collections.Frozen;
using System.Text.Json;
using Skipper.Gateway.Workflows.Expressions;

namespace Skipper.Gateway.Workflows;

/// <summary>A workflow, checked: its steps can be planned as they are.</summary>
internal sealed record WorkflowDefinition
{
    private readonly Lazy<FrozenDictionary<string, WorkflowStep>> _byName;

    public WorkflowDefinition() =>
        _byName = new(() => Steps!.Concat(OnFailure!).ToFrozenDictionary(step => step.Name, StringComparer.Ordinal));

    public required string Name { get; init; }

    public string? Description { get; init; }

    public required IReadOnlyList<WorkflowInput> Inputs { get; init; }

    /// <summary>How long a run may take; absent = as long as its steps.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>In the order of the source.</summary>
    public required IReadOnlyList<WorkflowStep> Steps { get; init; }

    /// <summary>Run when all steps have ended and the run is about to fail; how they end changes nothing.</summary>
    public required IReadOnlyList<WorkflowStep> OnFailure { get; init; }

    /// <summary>Absent = an object of the outputs of the steps that nobody needs.</summary>
    public Template? Output { get; init; }

    /// <summary>A step of <see cref="Steps"/> or <see cref="OnFailure"/>; null where there is none.</summary>
    public WorkflowStep? Find(string name) => _byName.Value.GetValueOrDefault(name);
}

/// <summary>An input of a workflow.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">One of <see cref="WorkflowInputs.Types"/>.</param>
/// <param name="IsRequired">Whether each run must give it.</param>
/// <param name="Default">What it is where a run does not give it; absent = null.</param>
internal sealed record WorkflowInput(string Name, string Type, bool IsRequired, JsonElement? Default);

/// <summary>When a step whose needs have ended is executed.</summary>
internal enum NeedsRule
{
    /// <summary>All have succeeded; one that was skipped counts as if it had.</summary>
    AllSuccess,

    /// <summary>However they ended.</summary>
    AllDone,

    /// <summary>At least one has succeeded.</summary>
    OneSuccess,
}

/// <summary>A step of a workflow.</summary>
internal sealed record WorkflowStep
{
    public required string Name { get; init; }

    /// <summary>The task type.</summary>
    public required string Task { get; init; }

    /// <summary>The queue of its workers, as configured when the definition was accepted.</summary>
    public required string Queue { get; init; }

    /// <summary>Steps that must have ended before.</summary>
    public required IReadOnlyList<string> Needs { get; init; }

    public NeedsRule Rule { get; init; }

    /// <summary>True or false, evaluated when the needs have ended: false = skipped. Absent = true.</summary>
    public Template? When { get; init; }

    /// <summary>The list with whose items the step is executed; absent = it is executed once.</summary>
    public Template? Foreach { get; init; }

    /// <summary>How many items may be executed at the same time; absent = all.</summary>
    public int? MaxParallel { get; init; }

    /// <summary>The member <c>data</c> of the message.</summary>
    public Template? With { get; init; }

    /// <summary>The member <c>payload</c> of the message.</summary>
    public Template? Payload { get; init; }

    /// <summary>The member <c>reply</c> of the message, for task types that answer in two ways.</summary>
    public string? Reply { get; init; }

    /// <summary>Absent = as runs are configured.</summary>
    public int? MaxAttempts { get; init; }

    /// <summary>Pause before the second attempt; absent = as runs are configured.</summary>
    public TimeSpan? RetryDelay { get; init; }

    /// <summary>How long a worker may execute it; absent = as runs are configured.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>0 to 9, higher goes first; absent = that of the run.</summary>
    public int? Priority { get; init; }

    /// <summary>Steps of all runs with the same key share a limit; absent = no limit.</summary>
    public Template? ConcurrencyKey { get; init; }

    /// <summary>How many steps with the key may be under way.</summary>
    public int? ConcurrencyLimit { get; init; }

    /// <summary>All templates with their names in the definition.</summary>
    public IEnumerable<Template> Templates =>
        new[] { When, Foreach, With, Payload, ConcurrencyKey }.OfType<Template>();
}
