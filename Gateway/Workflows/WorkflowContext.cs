namespace Skipper.Gateway.Workflows;

/// <summary>What a run brings to its workflow.</summary>
/// <param name="RunId">Its id.</param>
/// <param name="Inputs">JSON, as <see cref="WorkflowInputs.Resolve"/> gives it.</param>
/// <param name="Slot">The time that the run is for; absent = it was not started by a schedule or backfill.</param>
internal sealed record WorkflowContext(Guid RunId, string Inputs, DateTimeOffset? Slot);
