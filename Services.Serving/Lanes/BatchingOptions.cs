using System.ComponentModel.DataAnnotations;

namespace Skipper.Services.Serving.Lanes;

/// <summary>How calls share batches. What a batch costs is measured, not configured.</summary>
public sealed class BatchingOptions
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Skipper:Serving:Batching";

    /// <summary>Most rows that go into the engine at once; larger bundles are scored in parts. Rows. Default: 1024.</summary>
    [Range(1, 65_536, ErrorMessage = "Skipper:Serving:Batching:MaxRows must be between 1 and 65536")]
    public int MaxRows { get; set; } = 1024;

    /// <summary>
    /// Most rows that wait for one version; a call that finds more is refused with <c>resource_exhausted</c>. Rows. Default: 65536.
    /// </summary>
    [Range(1, 16_777_216, ErrorMessage = "Skipper:Serving:Batching:MaxQueuedRows must be between 1 and 16777216")]
    public int MaxQueuedRows { get; set; } = 65_536;

    /// <summary>
    /// How soon a call should be answered: no batch is made so large that it takes more than half of this. Milliseconds. Default: 100.
    /// </summary>
    [Range(1, 600_000, ErrorMessage = "Skipper:Serving:Batching:LatencyMilliseconds must be between 1 and 600000")]
    public double LatencyMilliseconds { get; set; } = 100;

    /// <summary>
    /// Longest that a call waits for others while the engine is free, where that saves more than it costs; 0 = never. Milliseconds.
    /// Default: 2.
    /// </summary>
    [Range(0, 1000, ErrorMessage = "Skipper:Serving:Batching:MaxHoldMilliseconds must be between 0 and 1000")]
    public double MaxHoldMilliseconds { get; set; } = 2;
}
