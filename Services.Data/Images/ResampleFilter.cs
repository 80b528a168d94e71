namespace Skipper.Services.Data.Images;

/// <summary>The weight of a source pixel by its distance, both in units of the larger pixel.</summary>
internal enum ResampleFilter
{
    /// <summary>A triangle that reaches 1 pixel: Pillow's BILINEAR with antialias.</summary>
    Bilinear,

    /// <summary>Keys' cubic with a = -0.5 that reaches 2 pixels: Pillow's BICUBIC with antialias.</summary>
    Bicubic,
}
