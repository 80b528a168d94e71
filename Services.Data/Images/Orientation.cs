namespace Skipper.Services.Data.Images;

/// <summary>How a camera was held: the value of EXIF's tag 0x0112, and how to undo it.</summary>
internal enum Orientation
{
    Upright = 1,
    Mirrored = 2,
    UpsideDown = 3,
    Flipped = 4,
    Transposed = 5,
    TurnedLeft = 6,
    Transverse = 7,
    TurnedRight = 8,
}
