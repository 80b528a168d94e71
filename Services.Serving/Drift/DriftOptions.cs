using System.ComponentModel.DataAnnotations;

namespace Skipper.Services.Serving.Drift;

/// <summary>How drift of predictions is measured.</summary>
public sealed class DriftOptions
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Skipper:Serving:Drift";

    /// <summary>
    /// The rows of how many hours are compared with the training part for alarms. A day, because nights are not like days. Hours.
    /// Default: 24.
    /// </summary>
    [Range(1, 720, ErrorMessage = "Skipper:Serving:Drift:WindowHours must be between 1 and 720")]
    public int WindowHours { get; set; } = 24;

    /// <summary>Below that many predicted rows nothing is said. Default: 1000.</summary>
    [Range(100, 1_000_000, ErrorMessage = "Skipper:Serving:Drift:FewestRows must be between 100 and 1000000")]
    public int FewestRows { get; set; } = 1000;

    /// <summary>How often counts are written and looked at. Seconds. Default: 10.</summary>
    [Range(0.1, 3600, ErrorMessage = "Skipper:Serving:Drift:FlushSeconds must be between 0.1 and 3600")]
    public double FlushSeconds { get; set; } = 10;

    /// <summary>How long counts are kept. Days. Default: 35.</summary>
    [Range(30, 3650, ErrorMessage = "Skipper:Serving:Drift:KeptDays must be between 30 and 3650")]
    public int KeptDays { get; set; } = 35;
}
