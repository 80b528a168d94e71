using System.ComponentModel.DataAnnotations;

namespace Skipper.Services.Serving.Rollouts;

/// <summary>How rollouts are followed and compared.</summary>
public sealed class RolloutOptions
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Skipper:Serving:Rollouts";

    /// <summary>
    /// How often figures are saved, guards decide and changes are looked for whose announcement was missed. Seconds. Default: 2.
    /// </summary>
    [Range(0.05, 60, ErrorMessage = "Skipper:Serving:Rollouts:IntervalSeconds must be between 0.05 and 60")]
    public double IntervalSeconds { get; set; } = 2;

    /// <summary>
    /// How many rows may wait to be scored a second time; what comes when there are as many is not compared, and counted. Default: 10000.
    /// </summary>
    [Range(1, 1_000_000, ErrorMessage = "Skipper:Serving:Rollouts:PendingRows must be between 1 and 1000000")]
    public int PendingRows { get; set; } = 10_000;
}
