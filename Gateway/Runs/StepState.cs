namespace Skipper.Gateway.Runs;

/// <summary>States of a step as they stand in the database.</summary>
internal static class StepState
{
    /// <summary>For steps that it needs.</summary>
    public const string Waiting = "waiting";

    /// <summary>A <c>foreach</c> whose items are steps of their own now.</summary>
    public const string Expanded = "expanded";

    /// <summary>To be sent, perhaps not before a time.</summary>
    public const string Queued = "queued";

    /// <summary>The broker has its message; nobody has claimed it.</summary>
    public const string Dispatched = "dispatched";

    public const string Running = "running";

    /// <summary>Its worker is to stop, and has some time to say that it did.</summary>
    public const string Cancelling = "cancelling";

    public const string Succeeded = "succeeded";
    public const string Failed = "failed";
    public const string TimedOut = "timed_out";
    public const string Cancelled = "cancelled";

    /// <summary>Its condition was not met.</summary>
    public const string Skipped = "skipped";

    /// <summary>A step that it needs has not succeeded.</summary>
    public const string UpstreamFailed = "upstream_failed";

    /// <summary>Its output is that of the run which this one repeats.</summary>
    public const string Reused = "reused";

    /// <summary>Whether it will not change any more.</summary>
    public static bool IsFinal(string state) => state is
        Succeeded or Failed or TimedOut or Cancelled or Skipped or UpstreamFailed or Reused;
}
