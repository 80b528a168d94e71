namespace Skipper.Shared.Engines.Trees;

/// <summary>Turns the arrays of one tree into a <see cref="Tree"/>, once they are known to be one.</summary>
internal static class TreeReader
{
    private const int Leaf = -1;

    /// <exception cref="InvalidDataException">
    /// Arrays of different lengths, a child or feature that does not exist, a loop, a kind of split that is not supported.
    /// </exception>
    public static Tree Read(ModelNode source, int number, int features)
    {
        var left = source.Integers("left_children");
        var right = source.Integers("right_children");
        var splits = source.Integers("split_indices");
        var conditions = source.Floats("split_conditions");
        var missingLeft = source.Integers("default_left");
        var types = source.Find("split_type") is null ? [] : source.Integers("split_type");
        var covers = source.Find("sum_hessian") is null ? [] : source.Floats("sum_hessian");
        var gains = source.Find("loss_changes") is null ? [] : source.Floats("loss_changes");
        var leafSize = source.Find("tree_param")?.Integer("size_leaf_vector", 0) ?? 0;
        Require(leafSize <= 1, number, "has several values per leaf (multi_strategy=multi_output_tree), which is not supported");
        Require(left.Length > 0, number, "has no nodes");
        foreach (var length in new[] { right.Length, splits.Length, conditions.Length, missingLeft.Length })
        {
            Require(length == left.Length, number, $"has arrays of different lengths, {left.Length} and {length}");
        }

        foreach (var length in new[] { types.Length, covers.Length, gains.Length })
        {
            Require(length == 0 || length == left.Length, number, $"has arrays of different lengths, {left.Length} and {length}");
        }

        Require(
            types.All(type => type == 0),
            number,
            "splits on categories, which is not supported; encode them as numbers and train again");
        Require(splits.All(split => split >= 0), number, "splits on a negative feature");
        var nodes = new TreeNode[left.Length];
        for (var i = 0; i < nodes.Length; i++)
        {
            nodes[i] = new TreeNode(
                conditions[i], missingLeft[i] != 0 ? ~splits[i] : splits[i], left[i], right[i]);
        }

        KeepTree(nodes, number, features);
        return new Tree(nodes, covers, gains);
    }

    // Nodes that the root does not reach are those that pruning left behind, with whatever in them: they become leaves.
    private static void KeepTree(TreeNode[] nodes, int number, int features)
    {
        var seen = new bool[nodes.Length];
        var open = new Stack<int>([0]);
        seen[0] = true;
        while (open.TryPop(out var index))
        {
            var node = nodes[index];
            if (node is { Left: Leaf, Right: Leaf })
            {
                Require(float.IsFinite(node.Value), number, $"has a leaf ({index}) whose value is not finite");
                continue;
            }

            Require(!float.IsNaN(node.Value), number, $"has a node ({index}) that splits at no number");
            Require(node.Feature < features, number, $"splits on feature {node.Feature} of {features}");
            foreach (var child in (ReadOnlySpan<int>)[node.Left, node.Right])
            {
                Require(child >= 0 && child < nodes.Length, number, $"has a node ({index}) with a child ({child}) that does not exist");
                Require(!seen[child], number, $"has a node ({child}) with two parents");
                seen[child] = true;
                open.Push(child);
            }
        }

        for (var i = 0; i < nodes.Length; i++)
        {
            nodes[i] = seen[i] ? nodes[i] : new TreeNode(0, 0, Leaf, Leaf);
        }
    }

    private static void Require(bool condition, int number, string message)
    {
        if (!condition)
        {
            throw new InvalidDataException($"Tree {number} of the model {message}.");
        }
    }
}
