namespace Skipper.Gateway.Runs;

/// <summary>States of a run as they stand in the database; the last four are final and never change.</summary>
internal static class RunState
{
    public const string Accepted = "accepted";
    public const string Running = "running";
    public const string Succeeded = "succeeded";
    public const string Failed = "failed";
    public const string TimedOut = "timed_out";
    public const string Cancelled = "cancelled";
}
