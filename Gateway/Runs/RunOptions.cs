using System.ComponentModel.DataAnnotations;

namespace Skipper.Gateway.Runs;

/// <summary>How durable runs are executed.</summary>
public sealed class RunOptions
{
    public const string Section = "Skipper:Runs";

    /// <summary>How long a worker's claim lasts without a heartbeat. Seconds. Default: 20.</summary>
    [Range(0.5, 3600, ErrorMessage = "Skipper:Runs:LeaseSeconds must be between 0.5 and 3600")]
    public double LeaseSeconds { get; set; } = 20;

    /// <summary>
    /// How long a worker may execute a step whose task type sets no limit of its own. Seconds. Default: 3600.
    /// </summary>
    [Range(0.1, 2_592_000, ErrorMessage = "Skipper:Runs:StepTimeoutSeconds must be between 0.1 and 2592000")]
    public double StepTimeoutSeconds { get; set; } = 3600;

    /// <summary>
    /// How long a sent step may stay without a claim; the only limit for workers that answer without claiming. Seconds. Default: 86400.
    /// </summary>
    [Range(0.1, 2_592_000, ErrorMessage = "Skipper:Runs:QueueTimeoutSeconds must be between 0.1 and 2592000")]
    public double QueueTimeoutSeconds { get; set; } = 86_400;

    /// <summary>How often a step is tried while its worker answers with a retryable error. Default: 3.</summary>
    [Range(1, 100, ErrorMessage = "Skipper:Runs:MaxAttempts must be between 1 and 100")]
    public int MaxAttempts { get; set; } = 3;

    /// <summary>
    /// Pause before the second attempt; doubles for each further one, with jitter. Three attempts outlast the restart of a broker
    /// or of a service. Seconds. Default: 5.
    /// </summary>
    [Range(0, 3600, ErrorMessage = "Skipper:Runs:RetryDelaySeconds must be between 0 and 3600")]
    public double RetryDelaySeconds { get; set; } = 5;

    /// <summary>
    /// When a sent step that nobody claimed is sent again, in case its queue was deleted; doubles each time. Seconds. Default: 600.
    /// </summary>
    [Range(1, 86_400, ErrorMessage = "Skipper:Runs:ResendSeconds must be between 1 and 86400")]
    public double ResendSeconds { get; set; } = 600;

    /// <summary>
    /// How long a worker has to stop when its run is cancelled; after that the run ends without it. Seconds. Default: 30.
    /// </summary>
    [Range(0, 3600, ErrorMessage = "Skipper:Runs:CancelGraceSeconds must be between 0 and 3600")]
    public double CancelGraceSeconds { get; set; } = 30;

    public TimeSpan Lease => TimeSpan.FromSeconds(LeaseSeconds);

    /// <summary>
    /// Full jitter over the upper half, so that steps that failed together do not come back together.
    /// </summary>
    internal static TimeSpan RetryDelay(double seconds, int failures) =>
        TimeSpan.FromSeconds(seconds * Math.Pow(2, Math.Min(failures - 1, 10)) * (0.5 + (Random.Shared.NextDouble() / 2)));
}
