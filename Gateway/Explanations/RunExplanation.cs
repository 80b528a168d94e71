namespace Skipper.Gateway.Explanations;

/// <summary>Why a run is where it is.</summary>
/// <param name="State">Of the run.</param>
/// <param name="Sentence">The most important reason, for people.</param>
/// <param name="Reasons">One for each step that has not ended, or that made the run fail; the most important first.</param>
internal sealed record RunExplanation(string State, string Sentence, IReadOnlyList<Reason> Reasons);

/// <summary>Why a step is where it is.</summary>
/// <param name="Step">Which one; absent = the whole run.</param>
/// <param name="Code">One of <see cref="ReasonCode"/>, for programs.</param>
/// <param name="Text">The same for people.</param>
internal sealed record Reason(string? Step, string Code, string Text);

/// <summary>The kinds of reasons, the most important first.</summary>
internal static class ReasonCode
{
    public const string Finished = "finished";
    public const string Failed = "failed";
    public const string CancelRequested = "cancel_requested";
    public const string BrokerUnreachable = "broker_unreachable";
    public const string WorkerSilent = "worker_silent";
    public const string NoWorker = "no_worker";
    public const string Cancelling = "cancelling";
    public const string Running = "running";
    public const string Retry = "retry";
    public const string Concurrency = "concurrency_limit";
    public const string NotClaimed = "not_claimed";
    public const string Queued = "queued";
    public const string Waiting = "waiting";

    private static readonly string[] Order =
    [
        Finished, Failed, CancelRequested, BrokerUnreachable, WorkerSilent, NoWorker, Cancelling, Running, Retry, Concurrency, NotClaimed,
        Queued, Waiting,
    ];

    public static int Rank(string code) => Array.IndexOf(Order, code);
}
