using Skipper.Gateway.Runs;

namespace Skipper.Gateway.Explanations;

/// <summary>Says why a run is where it is. Looks at nothing but the snapshot.</summary>
internal static class RunExplainer
{
    public static RunExplanation Explain(RunSnapshot snapshot)
    {
        var reasons = (snapshot.Run.IsFinal ? Ended(snapshot) : Open(snapshot))
            .OrderBy(reason => ReasonCode.Rank(reason.Code))
            .ThenBy(reason => reason.Step, StringComparer.Ordinal)
            .ToList();
        var first = reasons[0];

        // A step of a task is the task; of a workflow it has a name that means something.
        var subject = first.Step is null || snapshot.Run.Version is null ? "The run" : $"Step {first.Step}";
        return new RunExplanation(snapshot.Run.State, $"{subject} {first.Text}.", reasons);
    }

    private static IEnumerable<Reason> Open(RunSnapshot snapshot)
    {
        var run = snapshot.Run;
        if (run.CancelRequestedAt is { } requested)
        {
            var why = run.CancelReason is { } reason ? $" ({reason})" : "";
            var since = Spoken.Duration(snapshot.Now - requested);
            yield return new Reason(null, ReasonCode.CancelRequested, $"is being cancelled since {since}{why}{Stopping(snapshot)}");
        }

        var any = false;
        foreach (var reason in snapshot.Steps.Select(step => StepExplainer.Explain(step, snapshot)).OfType<Reason>())
        {
            any = true;
            yield return reason;
        }

        if (!any)
        {
            yield return new Reason(null, ReasonCode.Waiting, "has no step left to do and is about to end");
        }
    }

    private static string Stopping(RunSnapshot snapshot)
    {
        var workers = snapshot.Steps.Where(step => step.State is StepState.Running or StepState.Cancelling).ToList();
        return workers.Count == 0
            ? ""
            : $"; still to stop: {string.Join(", ", workers.Select(step => $"{step.Step} on {step.Worker}"))}";
    }

    private static IEnumerable<Reason> Ended(RunSnapshot snapshot)
    {
        var run = snapshot.Run;
        var when = run.FinishedAt is { } end ? $" {Spoken.Duration(snapshot.Now - end)} ago" : "";
        var took = run is { StartedAt: { } start, FinishedAt: { } finish } ? $" after {Spoken.Duration(finish - start)}" : "";
        yield return new Reason(null, ReasonCode.Finished, run.State switch
        {
            RunState.Succeeded => $"succeeded{when}{took}",
            RunState.Cancelled => $"was cancelled{when}{(run.CancelReason is { } reason ? $": {reason}" : "")}",
            RunState.TimedOut => $"took too long and was ended{when}: {Spoken.Error(run.Error)}",
            _ => $"failed{when}: {Spoken.Error(run.Error)}",
        });
        foreach (var step in snapshot.Steps.Where(step => step.State is StepState.Failed or StepState.TimedOut))
        {
            var how = $"{step.State.Replace('_', ' ')} in attempt {step.Attempt} of {step.MaxAttempts}";
            yield return new Reason(step.Step, ReasonCode.Failed, $"{how}: {Spoken.Error(step.Error)}");
        }
    }
}
