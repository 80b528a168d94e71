using System.Globalization;
using Skipper.Gateway.Runs;
using Skipper.Gateway.RunsApi;

namespace Skipper.Gateway.Explanations;

/// <summary>Says why one step is where it is; null where it has ended, or its items speak for it.</summary>
internal static class StepExplainer
{
    public static Reason? Explain(StepRow step, RunSnapshot snapshot) => step.State switch
    {
        StepState.Waiting => Of(step, ReasonCode.Waiting, Waiting(step, snapshot)),
        StepState.Queued or StepState.Dispatched when snapshot.BrokerProblem is { } problem => Of(
            step, ReasonCode.BrokerUnreachable, $"cannot be executed now, because the gateway cannot reach the broker: {problem}"),
        StepState.Queued => Queued(step, snapshot),
        StepState.Dispatched => Dispatched(step, snapshot),
        StepState.Running => Running(step, snapshot),
        StepState.Cancelling => Of(
            step,
            ReasonCode.Cancelling,
            $"is told to stop, and its worker {step.Worker} has not yet said that it did; {Heartbeat(step, snapshot)}"),
        _ => null,
    };

    private static string Waiting(StepRow step, RunSnapshot snapshot)
    {
        var open = snapshot.Steps
            .Where(other => other.Item is null && !StepState.IsFinal(other.State))
            .Select(other => other.Name)
            .ToHashSet(StringComparer.Ordinal);
        var needed = snapshot.Needs.GetValueOrDefault(step.Name, []).Where(open.Contains).ToList();
        return (needed.Count, step.Item) switch
        {
            ( > 0, _) => $"waits for {string.Join(" and ", needed)} to end",
            (_, not null) => $"waits until other items of {step.Name} have ended",
            _ => "waits to be decided on: nothing that it needs is under way",
        };
    }

    private static Reason Queued(StepRow step, RunSnapshot snapshot)
    {
        if (HasNoWorker(step, snapshot))
        {
            return Of(step, ReasonCode.NoWorker, $"waits, because no worker consumes queue {step.Queue}");
        }

        if (step.AvailableAt is { } available && available > snapshot.Now)
        {
            return Of(step, ReasonCode.Retry, Retry(step, available, snapshot));
        }

        if (step is { ConcurrencyKey: { } key, ConcurrencyLimit: { } limit }
            && snapshot.Holders.GetValueOrDefault(key) is { } holders && holders.Count >= limit)
        {
            var runs = string.Join(", ", holders.Distinct().Take(5));
            return Of(step, ReasonCode.Concurrency, $"waits for a slot of key {key}: {holders.Count} of {limit} are held, by {runs}");
        }

        var ahead = snapshot.Ahead.GetValueOrDefault(step.Step);
        return Of(step, ReasonCode.Queued, ahead == 0
            ? $"is the next of queue {step.Queue} to be sent"
            : $"is queued: {More(ahead)} of higher priority, or of the same and earlier, {(ahead == 1 ? "is" : "are")} ahead "
                + $"on queue {step.Queue}");
    }

    private static string More(int ahead) => ahead > SnapshotReader.MostCounted
        ? $"more than {Spoken.Count(SnapshotReader.MostCounted, "step")}"
        : Spoken.Count(ahead, "step");

    private static string Retry(StepRow step, DateTimeOffset available, RunSnapshot snapshot)
    {
        var when = $"in {Spoken.Duration(available - snapshot.Now)}, at {Spoken.Time(available)}";
        return snapshot.Before.GetValueOrDefault(step.Step) switch
        {
            { Outcome: "lost" } lost => $"will be tried again {when} (attempt {step.Attempt}), after its worker {lost.Worker} was lost",
            { } failed => $"will be tried again {when} (attempt {step.Attempt} of {step.MaxAttempts}), after: {Spoken.Error(failed.Error)}",
            null when step.UnroutableCount > 0 => $"could not be delivered to queue {step.Queue}, and is sent again {when}",
            null => $"is sent {when}",
        };
    }

    private static Reason Dispatched(StepRow step, RunSnapshot snapshot)
    {
        var since = step.DispatchedAt is { } at ? $" {Spoken.Duration(snapshot.Now - at)} ago" : "";
        return HasNoWorker(step, snapshot)
            ? Of(step, ReasonCode.NoWorker, $"was sent to queue {step.Queue}{since}, but no worker consumes it now")
            : Of(
                step,
                ReasonCode.NotClaimed,
                $"was sent to queue {step.Queue}{since} and is not claimed yet: its workers are busy, or of the kind that answers "
                + "without claiming");
    }

    private static Reason Running(StepRow step, RunSnapshot snapshot)
    {
        var since = step.StartedAt is { } at ? $" for {Spoken.Duration(snapshot.Now - at)}" : "";
        if (step.LeaseUntil < snapshot.Now)
        {
            return Of(step, ReasonCode.WorkerSilent, $"runs{since}, but its worker {step.Worker} is silent: {Heartbeat(step, snapshot)}");
        }

        var progress = (step.ProgressPercent, step.ProgressMessage) switch
        {
            ({ } percent, { } message) => string.Create(CultureInfo.InvariantCulture, $"{percent:0.#} percent ({message}), "),
            ({ } percent, null) => string.Create(CultureInfo.InvariantCulture, $"{percent:0.#} percent, "),
            (null, { } message) => $"{message}, ",
            _ => "",
        };
        return Of(step, ReasonCode.Running, $"is running on worker {step.Worker}{since}: {progress}{Heartbeat(step, snapshot)}");
    }

    // Every claim and heartbeat sets the end of the lease to one lease from then.
    private static string Heartbeat(StepRow step, RunSnapshot snapshot) => step.LeaseUntil is { } until
        ? $"last heartbeat {Spoken.Duration(snapshot.Now - (until - snapshot.Lease))} ago"
        : "no heartbeat yet";

    private static bool HasNoWorker(StepRow step, RunSnapshot snapshot) =>
        snapshot.Queues.TryGetValue(step.Queue, out var queue) && queue is null or { Consumers: 0 };

    private static Reason Of(StepRow step, string code, string text) => new(step.Step, code, text);
}
