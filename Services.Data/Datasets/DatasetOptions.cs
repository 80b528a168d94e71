using System.ComponentModel.DataAnnotations;

namespace Skipper.Services.Data.Datasets;

/// <summary>What the data service accepts.</summary>
public sealed class DatasetOptions
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Skipper:Data";

    /// <summary>The largest file that is imported, unpacked; memory does not grow with it. Mebibytes. Default: 4096.</summary>
    [Range(1, 1_048_576, ErrorMessage = "Skipper:Data:MaxMegabytes must be between 1 and 1048576")]
    public int MaxMegabytes { get; set; } = 4096;
}
