using System.ComponentModel.DataAnnotations;

namespace Skipper.Services.Data.Sources;

/// <summary>What sources may do.</summary>
public sealed class SourceOptions
{
    /// <summary>Section of the configuration.</summary>
    public const string Section = "Skipper:Data:Sources";

    /// <summary>
    /// Hosts, as addresses name them, that may lie at loopback, private and link-local addresses; <c>*</c> = all. Default: none.
    /// </summary>
    public List<string> PrivateHosts { get; } = [];

    /// <summary>What declarations name as <c>{secret.NAME}</c>. Default: none.</summary>
    public Dictionary<string, string> Secrets { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Largest file of an upload or a delivery, unpacked. MiB. Default: 2048.</summary>
    [Range(1, 1_048_576, ErrorMessage = "{0} must be between {1} and {2}")]
    public int MaxFileMegabytes { get; set; } = 2048;
}
