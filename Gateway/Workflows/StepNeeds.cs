using Skipper.Gateway.Runs;

namespace Skipper.Gateway.Workflows;

/// <summary>Says what the ends of its needs mean for a step.</summary>
internal static class StepNeeds
{
    /// <summary>
    /// <c>queued</c> = it can begin, <c>waiting</c> = not yet, else how it ends without being executed. A skipped need counts as
    /// success; a cancelled one cancels, even where another has failed.
    /// </summary>
    public static string Decide(WorkflowStep step, Func<string, string> stateOf)
    {
        var states = step.Needs.Select(stateOf).ToList();
        var verdict = states switch
        {
            _ when states.Contains(StepState.Cancelled) => StepState.Cancelled,
            _ when states.Exists(IsFailure) => StepState.UpstreamFailed,
            _ => StepState.Queued,
        };

        // One need that failed decides, however the others end; the other rules look at all of them.
        if (step.Rule is NeedsRule.AllSuccess && verdict is not StepState.Queued)
        {
            return verdict;
        }

        return (states.TrueForAll(StepState.IsFinal), step.Rule) switch
        {
            (false, _) => StepState.Waiting,
            (_, NeedsRule.OneSuccess) when states.Count > 0 && !states.Exists(IsSuccess) =>
                verdict is StepState.Queued ? StepState.Skipped : verdict,
            _ => StepState.Queued,
        };
    }

    private static bool IsFailure(string state) =>
        StepState.IsFinal(state) && !IsSuccess(state) && state is not StepState.Skipped;

    private static bool IsSuccess(string state) => state is StepState.Succeeded or StepState.Reused;
}
