using System.ComponentModel.DataAnnotations;

namespace Skipper.Services.Data.Audio;

/// <summary>Limits of audio preprocessing.</summary>
internal sealed class AudioOptions
{
    public const string Section = "Skipper:Audio";

    /// <summary>A longer recording is refused; 30 minutes need about 250 MB. Seconds. Default: 1800.</summary>
    [Range(1, 24 * 60 * 60)]
    public int LongestSeconds { get; set; } = 1800;
}
