using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Skipper.Shared.Engines.Trees;

/// <summary>A split, or a leaf where <see cref="Left"/> is negative. 16 bytes, so that four share a cache line.</summary>
/// <param name="Value">Threshold of a split: smaller values go left. Value of a leaf.</param>
/// <param name="Split">Feature of the split; all bits flipped where missing values go left.</param>
/// <param name="Left">Number of the left child, -1 for a leaf.</param>
/// <param name="Right">Number of the right child.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct TreeNode(float Value, int Split, int Left, int Right)
{
    public bool IsLeaf => Left < 0;

    public int Feature => Split < 0 ? ~Split : Split;

    public bool MissingGoesLeft => Split < 0;

    /// <summary>The child that a value goes to; without a branch, because no processor can foresee which.</summary>
    public int Next(float value)
    {
        var goesLeft = value < Value | (MissingGoesLeft & float.IsNaN(value));
        return Right ^ ((Left ^ Right) & -Unsafe.BitCast<bool, byte>(goesLeft));
    }
}
