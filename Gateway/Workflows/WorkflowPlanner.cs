namespace Skipper.Gateway.Workflows;

/// <summary>
/// Says what follows from the states of a run's steps. Pure: the same states give the same move, and a move applied to its
/// states is followed by no other.
/// </summary>
internal static class WorkflowPlanner
{
    /// <summary>The steps that a run begins with, all waiting; items of a <c>foreach</c> come later.</summary>
    public static IReadOnlyList<WorkflowStep> FirstSteps(WorkflowDefinition definition) =>
        [.. definition.Steps, .. definition.OnFailure];

    public static WorkflowMove Next(WorkflowDefinition definition, WorkflowContext context, IReadOnlyList<StepSnapshot> steps)
    {
        var plan = new WorkflowPlan(context, steps);
        plan.Advance(definition.Steps);
        if (!plan.AllEnded(definition.Steps))
        {
            return new WorkflowMove(plan.Changes, Outcome: null);
        }

        var outcome = WorkflowOutcome.Of(definition, plan);
        plan.Error = outcome.Error;
        if (outcome.Error is null)
        {
            plan.Skip(definition.OnFailure);
        }

        plan.Advance(definition.OnFailure);
        return new WorkflowMove(plan.Changes, plan.AllEnded(definition.OnFailure) ? outcome : null);
    }
}
