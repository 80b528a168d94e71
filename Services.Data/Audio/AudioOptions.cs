using System.ComponentModel.DataAnnotations;

namespace Skipper.Services.Data.Audio;

/// <summary>Limits of audio preprocessing.</summary>
internal sealed class AudioOptions
{
    public const string Section = "Skipper:Data:Audio";

    /// <summary>A longer recording is refused; 30 minutes need about 200 MB besides the file. Seconds. Default: 1800.</summary>
    [Range(1, 3 * 60 * 60)]
    public int LongestSeconds { get; set; } = 1800;
}
