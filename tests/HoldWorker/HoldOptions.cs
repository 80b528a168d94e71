namespace Skipper.HoldWorker;

/// <summary>What a test tells its worker.</summary>
internal sealed class HoldOptions
{
    public const string Section = "HoldWorker";

    /// <summary>Where its work comes from.</summary>
    public required string Queue { get; set; }

    /// <summary>How many steps it executes at a time. Default: 1.</summary>
    public int Concurrency { get; set; } = 1;

    /// <summary>The file for which every step waits.</summary>
    public required string Release { get; set; }
}
