using System.ComponentModel.DataAnnotations;

namespace Skipper.Services.Data.Images;

/// <summary>Which images are accepted.</summary>
public sealed class ImageOptions
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Skipper:Images";

    /// <summary>The most pixels an image may have, before and after it is resized; each takes three bytes. Millions. Default: 50.</summary>
    [Range(1, 500, ErrorMessage = "Skipper:Images:MaxMegapixels must be between 1 and 500")]
    public int MaxMegapixels { get; set; } = 50;
}
