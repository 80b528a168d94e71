using Skipper.Gateway.Runs;
using Skipper.Gateway.Workflows.Expressions;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Gateway.Workflows;

/// <summary>How a run ended whose steps have all ended.</summary>
internal static class WorkflowOutcome
{
    /// <summary>
    /// A run fails with its first step that failed. A failure is forgiven where all that needed the step go by
    /// <c>one_success</c> and had another; <c>all_done</c> forgives nothing, as cleaning up is no success.
    /// </summary>
    public static RunOutcome Of(WorkflowDefinition definition, WorkflowPlan plan)
    {
        var unforgiven = definition.Steps
            .Where(step => HasFailed(plan.StateOf(step.Name)) && !IsForgiven(step, definition, plan)).ToList();
        var failed = unforgiven.Find(step => plan.StateOf(step.Name) is StepState.Failed or StepState.TimedOut)
            ?? unforgiven.Find(step => plan.StateOf(step.Name) is StepState.Cancelled)
            ?? unforgiven.FirstOrDefault();
        if (failed is not null)
        {
            return new RunOutcome(RunState.Failed, null, Error(failed.Name, plan));
        }

        try
        {
            return new RunOutcome(RunState.Succeeded, Output(definition, plan), null);
        }
        catch (Exception exception) when (StepErrors.IsOfExpression(exception))
        {
            return new RunOutcome(
                RunState.Failed, null, StepErrors.Json(ErrorCode.FailedPrecondition, $"Output: {exception.Message}"));
        }
    }

    private static bool HasFailed(string state) =>
        state is StepState.Failed or StepState.TimedOut or StepState.Cancelled or StepState.UpstreamFailed;

    private static bool IsForgiven(WorkflowStep step, WorkflowDefinition definition, WorkflowPlan plan)
    {
        var dependents = definition.Steps.Where(other => other.Needs.Contains(step.Name)).ToList();
        return dependents.Count > 0 && dependents.TrueForAll(dependent => plan.StateOf(dependent.Name) switch
        {
            StepState.UpstreamFailed or StepState.Cancelled => IsForgiven(dependent, definition, plan),
            StepState.Succeeded or StepState.Reused => dependent.Rule is NeedsRule.OneSuccess,
            _ => false,
        });
    }

    private static string Error(string step, WorkflowPlan plan)
    {
        var (state, error) = (plan.StateOf(step), plan.ErrorOf(step));
        var (code, text) = state switch
        {
            StepState.Cancelled => (ErrorCode.Cancelled, $"Step '{step}' was cancelled."),
            StepState.UpstreamFailed => (
                ErrorCode.FailedPrecondition, $"Step '{step}' was not executed, as what it needs has not succeeded."),
            StepState.TimedOut when error is null => (ErrorCode.DeadlineExceeded, $"Step '{step}' took too long."),
            _ => StepErrors.Explain(step, error),
        };
        return StepErrors.Json(code, text, new { step });
    }

    private static string Output(WorkflowDefinition definition, WorkflowPlan plan)
    {
        if (definition.Output is { } template)
        {
            return template.Render(plan.Scope());
        }

        var needed = definition.Steps.SelectMany(step => step.Needs).ToHashSet(StringComparer.Ordinal);
        return Template.Json(writer =>
        {
            writer.WriteStartObject();
            foreach (var step in definition.Steps.Where(step => !needed.Contains(step.Name)))
            {
                if (plan.OutputOf(step.Name) is { } output)
                {
                    writer.WritePropertyName(step.Name);
                    output.WriteTo(writer);
                }
            }

            writer.WriteEndObject();
        });
    }
}
