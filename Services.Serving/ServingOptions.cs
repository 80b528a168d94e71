using System.ComponentModel.DataAnnotations;

namespace Skipper.Services.Serving;

/// <summary>How models are kept and refreshed.</summary>
public sealed class ServingOptions
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Skipper:Serving";

    /// <summary>
    /// How many versions of a model stay loaded beside the newest, for requests that name a version. Default: 3.
    /// </summary>
    [Range(1, 100, ErrorMessage = "Skipper:Serving:KeptVersions must be between 1 and 100")]
    public int KeptVersions { get; set; } = 3;

    /// <summary>
    /// How much memory all loaded versions together may take, estimated. Beyond, those without alias that were not used for the longest
    /// time are unloaded and come back when they are asked. MB. Default: 1024.
    /// </summary>
    [Range(1, 1_000_000, ErrorMessage = "Skipper:Serving:MemoryMegabytes must be between 1 and 1000000")]
    public int MemoryMegabytes { get; set; } = 1024;

    /// <summary>
    /// How often the registry is asked for versions whose announcement was missed. Seconds. Default: 30.
    /// </summary>
    [Range(0.05, 3600, ErrorMessage = "Skipper:Serving:RefreshSeconds must be between 0.05 and 3600")]
    public double RefreshSeconds { get; set; } = 30;
}
