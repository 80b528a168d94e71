using System.Runtime.CompilerServices;

namespace Skipper.Shared.Engines.Trees;

/// <summary>A tree whose every path is known to end in a leaf. Node 0 is the root.</summary>
/// <param name="Nodes">In the order of the file, so that numbers of leaves are those of the library.</param>
/// <param name="Covers">Sum of hessians that reached a node in training; empty where the file has none.</param>
/// <param name="Gains">Loss that a split saved; empty where the file has none.</param>
internal sealed record Tree(TreeNode[] Nodes, float[] Covers, float[] Gains)
{
    /// <summary>Number of the leaf that a row reaches; NaN = missing.</summary>
    public int Leaf(ReadOnlySpan<float> row)
    {
        var nodes = Nodes;
        var index = 0;
        for (ref var node = ref nodes[0]; !node.IsLeaf; node = ref nodes[index])
        {
            index = node.Next(row[node.Feature]);
        }

        return index;
    }

    /// <summary>One step of a row from a node; false = the node is a leaf, and stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Step(TreeNode[] nodes, ref int index, ReadOnlySpan<float> row)
    {
        ref var node = ref nodes[index];
        if (node.IsLeaf)
        {
            return false;
        }

        index = node.Next(row[node.Feature]);
        return true;
    }
}
