using Skipper.Gateway.Explanations;
using Skipper.Gateway.Runs;
using Skipper.Gateway.RunsApi;
using Skipper.Shared.Messaging.Transports;

namespace Skipper.Gateway.Tests.Explanations;

public sealed class RunExplainerTests
{
    private const string Queue = "skipper_training";
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly Guid Other = Guid.Parse("01980f5e-3c7a-7b1e-9f0a-5d2c8e4b6a10");

    [Theory]
    [InlineData(RunState.Succeeded, "The run succeeded 1 min ago after 30 s.")]
    [InlineData(RunState.Failed, "The run failed 1 min ago: There is no column 'prize'.")]
    [InlineData(RunState.TimedOut, "The run took too long and was ended 1 min ago: There is no column 'prize'.")]
    [InlineData(RunState.Cancelled, "The run was cancelled 1 min ago: wrong data.")]
    public void A_run_that_has_ended_says_how(string state, string sentence) => Assert.Equal(sentence, Explain(Of() with
    {
        Run = Run(state) with
        {
            StartedAt = Now.AddSeconds(-90),
            FinishedAt = Now.AddSeconds(-60),
            Error = """{"error":"There is no column 'prize'.","code":"invalid_argument"}""",
            CancelReason = "wrong data",
        },
    }).Sentence);

    [Fact]
    public void A_run_that_failed_names_the_steps_that_did()
    {
        var explanation = Explain(Of(
            Step(StepState.Failed, "train") with { Attempt = 3, Error = """{"error":"Away."}""" },
            Step(StepState.UpstreamFailed, "evaluate")) with
        { Run = Run(RunState.Failed) });

        Assert.Equal([ReasonCode.Finished, ReasonCode.Failed], explanation.Reasons.Select(reason => reason.Code));
        Assert.Equal(("train", "failed in attempt 3 of 3: Away"), (explanation.Reasons[1].Step, explanation.Reasons[1].Text));
    }

    [Fact]
    public void A_waiting_step_names_the_steps_it_waits_for_and_not_those_that_have_ended() => IsOf(
        Of(
            Step(StepState.Waiting, "evaluate"),
            Step(StepState.Running, "sgd"),
            Step(StepState.Expanded, "adam"),
            Step(StepState.Succeeded, "data")) with
        { Needs = new Dictionary<string, IReadOnlyList<string>> { ["evaluate"] = ["data", "sgd", "adam"] } },
        "evaluate",
        ReasonCode.Waiting,
        "waits for sgd and adam to end");

    [Fact]
    public void An_item_that_may_not_begin_yet_waits_for_the_others() => IsOf(
        Of(Step(StepState.Expanded, "train"), Step(StepState.Waiting, "train[2]") with { Name = "train", Item = 2 }),
        "train[2]",
        ReasonCode.Waiting,
        "waits until other items of train have ended");

    [Theory]
    [InlineData(0, "is the next of queue skipper_training to be sent")]
    [InlineData(1, "is queued: 1 step of higher priority, or of the same and earlier, is ahead on queue skipper_training")]
    [InlineData(3, "is queued: 3 steps of higher priority, or of the same and earlier, are ahead on queue skipper_training")]
    [InlineData(
        1001, "is queued: more than 1000 steps of higher priority, or of the same and earlier, are ahead on queue skipper_training")]
    public void A_queued_step_says_how_many_are_ahead(int ahead, string text) => IsOf(
        Of(Step(StepState.Queued)) with { Ahead = new Dictionary<string, int> { ["task"] = ahead } }, "task", ReasonCode.Queued, text);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_step_whose_queue_nobody_consumes_says_so(bool exists) => IsOf(
        Of(Step(StepState.Queued)) with { Queues = Queues(exists ? new QueueState(0, 5) : null) },
        "task",
        ReasonCode.NoWorker,
        "waits, because no worker consumes queue skipper_training");

    [Fact]
    public void A_sent_step_whose_workers_went_away_says_so() => IsOf(
        Of(Step(StepState.Dispatched) with { DispatchedAt = Now.AddSeconds(-42) }) with { Queues = Queues(new QueueState(0, 1)) },
        "task",
        ReasonCode.NoWorker,
        "was sent to queue skipper_training 42 s ago, but no worker consumes it now");

    [Fact]
    public void A_sent_step_says_for_how_long_nobody_claims_it() => IsOf(
        Of(Step(StepState.Dispatched) with { DispatchedAt = Now.AddSeconds(-125) }) with { Queues = Queues(new QueueState(2, 1)) },
        "task",
        ReasonCode.NotClaimed,
        "was sent to queue skipper_training 2 min 5 s ago and is not claimed yet: its workers are busy, or of the kind that answers "
        + "without claiming");

    [Fact]
    public void Nothing_is_said_about_a_queue_that_could_not_be_asked_about() => IsOf(
        Of(Step(StepState.Queued)) with { Queues = new Dictionary<string, QueueState?>() },
        "task",
        ReasonCode.Queued,
        "is the next of queue skipper_training to be sent");

    [Fact]
    public void A_step_without_a_slot_names_the_key_and_who_holds_it() => IsOf(
        Of(Step(StepState.Queued) with { ConcurrencyKey = "gpu", ConcurrencyLimit = 2 }) with
        { Holders = new Dictionary<string, IReadOnlyList<Guid>> { ["gpu"] = [Other, Other] } },
        "task",
        ReasonCode.Concurrency,
        $"waits for a slot of key gpu: 2 of 2 are held, by {Other}");

    [Fact]
    public void A_step_with_a_free_slot_does_not_wait_for_one() => IsOf(
        Of(Step(StepState.Queued) with { ConcurrencyKey = "gpu", ConcurrencyLimit = 2 }) with
        { Holders = new Dictionary<string, IReadOnlyList<Guid>> { ["gpu"] = [Other] } },
        "task",
        ReasonCode.Queued,
        "is the next of queue skipper_training to be sent");

    [Fact]
    public void A_step_that_is_tried_again_says_when_and_after_what() => IsOf(
        Retrying("failed", """{"error":"The data service is away.","code":"unavailable"}"""),
        "task",
        ReasonCode.Retry,
        "will be tried again in 30 s, at 2026-01-02 03:04:35 UTC (attempt 2 of 3), after: The data service is away");

    [Fact]
    public void A_step_whose_worker_died_says_which() => IsOf(
        Retrying("lost", null),
        "task",
        ReasonCode.Retry,
        "will be tried again in 30 s, at 2026-01-02 03:04:35 UTC (attempt 2), after its worker worker-1 was lost");

    [Fact]
    public void A_running_step_says_where_for_how_long_how_far_and_when_it_was_last_heard_of() => IsOf(
        Of(Step(StepState.Running) with { ProgressPercent = 40, ProgressMessage = "round 4" }),
        "task",
        ReasonCode.Running,
        "is running on worker worker-1 for 1 h 2 min: 40 percent (round 4), last heartbeat 5 s ago");

    [Fact]
    public void A_worker_whose_lease_is_over_is_silent() => IsOf(
        Of(Step(StepState.Running) with { LeaseUntil = Now.AddSeconds(-1) }),
        "task",
        ReasonCode.WorkerSilent,
        "runs for 1 h 2 min, but its worker worker-1 is silent: last heartbeat 21 s ago");

    [Fact]
    public void Without_the_broker_that_is_the_reason() => IsOf(
        Of(Step(StepState.Queued)) with { BrokerProblem = "connection refused" },
        "task",
        ReasonCode.BrokerUnreachable,
        "cannot be executed now, because the gateway cannot reach the broker: connection refused");

    [Fact]
    public void A_running_step_does_not_need_the_broker_to_run() => Assert.Equal(
        ReasonCode.Running, Explain(Of(Step(StepState.Running)) with { BrokerProblem = "connection refused" }).Reasons[0].Code);

    [Fact]
    public void A_cancelled_run_that_has_not_ended_says_who_still_has_to_stop()
    {
        var explanation = Explain(Of(Step(StepState.Cancelling, "train")) with
        {
            Run = Run(RunState.Running) with { CancelRequestedAt = Now.AddSeconds(-3), CancelReason = "wrong data" },
        });

        Assert.Equal(
            "The run is being cancelled since 3 s (wrong data); still to stop: train on worker-1.", explanation.Sentence);
        Assert.Equal(
            "is told to stop, and its worker worker-1 has not yet said that it did; last heartbeat 5 s ago", explanation.Reasons[1].Text);
    }

    [Fact]
    public void The_sentence_is_the_worst_of_all_reasons_and_names_the_step_of_a_workflow()
    {
        var explanation = Explain(Of(
            Step(StepState.Running, "a"), Step(StepState.Queued, "b") with { Queue = "empty" }, Step(StepState.Waiting, "c")) with
        {
            Run = Run(RunState.Running) with { Version = 1 },
            Queues = new Dictionary<string, QueueState?> { ["empty"] = null },
        });

        Assert.Equal("Step b waits, because no worker consumes queue empty.", explanation.Sentence);
        Assert.Equal(["b", "a", "c"], explanation.Reasons.Select(reason => reason.Step));
    }

    [Fact]
    public void A_run_without_an_open_step_is_about_to_end() => Assert.Equal(
        "The run has no step left to do and is about to end.", Explain(Of(Step(StepState.Succeeded))).Sentence);

    [Theory]
    [InlineData(0.25, "0.3 s")]
    [InlineData(59.4, "59 s")]
    [InlineData(60, "1 min")]
    [InlineData(3600, "1 h")]
    [InlineData(7830, "2 h 10 min")]
    [InlineData(273_600, "3 d 4 h")]
    [InlineData(-5, "0 s")]
    public void Durations_are_spoken_in_two_units_at_most(double seconds, string spoken) =>
        Assert.Equal(spoken, Spoken.Duration(TimeSpan.FromSeconds(seconds)));

    private static RunExplanation Explain(RunSnapshot snapshot) => RunExplainer.Explain(snapshot);

    private static void IsOf(RunSnapshot snapshot, string step, string code, string text)
    {
        var explanation = Explain(snapshot);

        Assert.Equal(new Reason(step, code, text), explanation.Reasons.Single(reason => reason.Step == step));
        Assert.Equal(snapshot.Run.State, explanation.State);
    }

    private static RunSnapshot Of(params StepRow[] steps) => new()
    {
        Run = Run(RunState.Running),
        Steps = steps,
        Queues = Queues(new QueueState(1, 0)),
        Lease = TimeSpan.FromSeconds(20),
        Now = Now,
    };

    private static RunSnapshot Retrying(string outcome, string? error) => Of(
        Step(StepState.Queued) with { Attempt = 2, AvailableAt = Now.AddSeconds(30), Worker = null }) with
    {
        Before = new Dictionary<string, AttemptRow> { ["task"] = new() { Outcome = outcome, Worker = "worker-1", Error = error } },
    };

    private static Dictionary<string, QueueState?> Queues(QueueState? state) => new() { [Queue] = state };

    private static RunRow Run(string state) => new()
    {
        Id = Guid.NewGuid(),
        Workflow = "training",
        State = state,
    };

    private static StepRow Step(string state, string name = "task") => new()
    {
        Step = name,
        Name = name,
        State = state,
        Queue = Queue,
        Attempt = 1,
        MaxAttempts = 3,
        Worker = "worker-1",
        AvailableAt = Now.AddMinutes(-1),
        StartedAt = Now.AddMinutes(-62),
        LeaseUntil = Now.AddSeconds(15),
    };
}
