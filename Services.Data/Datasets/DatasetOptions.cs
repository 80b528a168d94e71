using System.ComponentModel.DataAnnotations;

namespace Skipper.Services.Data.Datasets;

/// <summary>What the data service accepts.</summary>
public sealed class DatasetOptions
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Skipper:Data";

    /// <summary>The largest CSV file that is imported. Mebibytes. Default: 64.</summary>
    [Range(1, 1024, ErrorMessage = "Skipper:Data:MaxMegabytes must be between 1 and 1024")]
    public int MaxMegabytes { get; set; } = 64;
}
