namespace Skipper.Services.Training.Experiments;

/// <summary>States of a run, as they stand in contracts and in the table.</summary>
internal static class RunStates
{
    public const string Running = "running";
    public const string Succeeded = "succeeded";
    public const string Failed = "failed";
    public const string Cancelled = "cancelled";

    /// <summary>Seen by readers, never written: it runs, and has given no sign of life for a while.</summary>
    public const string Lost = "lost";

    public static bool IsKnown(string state) => state is Running or Succeeded or Failed or Cancelled or Lost;
}
