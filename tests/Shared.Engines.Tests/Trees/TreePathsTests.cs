using Skipper.Shared.Engines.Trees;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Shared.Engines.Tests.Trees;

public sealed class TreePathsTests
{
    private const int Features = 4;

    [Theory]
    [InlineData("binary.ubj")]
    [InlineData("poisson.ubj")]
    public void Contributions_are_the_shapley_values_computed_from_all_subsets(string file)
    {
        var trees = TreeEnsembleReader.Read(Golden.Model(file));
        var rows = Golden.Answers(file[..^4]).Singles;
        for (var start = 0; start < rows.Length; start += Features)
        {
            var row = rows[start..(start + Features)];
            var contributions = new double[Features + 1];

            trees.Explain(row, 0, contributions);

            for (var feature = 0; feature < Features; feature++)
            {
                Assert.Equal(Shapley(trees, row, feature), contributions[feature], 1e-9);
            }
        }
    }

    [Fact]
    public void A_row_adds_up_to_its_margin_even_where_covers_are_zero_or_do_not_add_up()
    {
        // x0 < 1 ? (x0 < -1 ? 10 : 20) : (x1 < 0 ? 30 : 40), missing to the left.
        TreeNode[] nodes =
        [
            new(1, ~0, 1, 2), new(-1, ~0, 3, 4), new(0, ~1, 5, 6),
            new(10, 0, -1, -1), new(20, 0, -1, -1), new(30, 0, -1, -1), new(40, 0, -1, -1),
        ];
        var tree = new Tree(nodes, [10, 0, 7, 0, 0, 7, 0], []);
        var trees = new TreeEnsemble(Objective.Find("reg:squarederror"), 2, [0.5f], [tree], [0]);
        foreach (var (row, value) in (ReadOnlySpan<(float[], double)>)
            [([-2, 0], 10), ([0, 0], 20), ([1, -1], 30), ([1, 0], 40), ([float.NaN, float.NaN], 10)])
        {
            var contributions = new double[3];

            trees.Explain(row, 0, contributions);

            Assert.Equal(value + 0.5, contributions.Sum(), 1e-12);
        }
    }

    [Fact]
    public void A_chain_of_a_hundred_features_is_explained_exactly()
    {
        // Node i asks feature i: 0 goes to a leaf of value i + 1, 1 goes on; half of the rows take each way.
        const int Depth = 100;
        var nodes = new List<TreeNode>();
        var covers = new List<float>();
        for (var i = 0; i < Depth; i++)
        {
            nodes.Add(new TreeNode(0.5f, i, (2 * i) + 1, (2 * i) + 2));
            nodes.Add(new TreeNode(i + 1, 0, -1, -1));
            covers.AddRange([MathF.Pow(2, -i), MathF.Pow(2, -i - 1)]);
        }

        nodes.Add(new TreeNode(1000, 0, -1, -1));
        covers.Add(MathF.Pow(2, -Depth));
        var trees = new TreeEnsemble(
            Objective.Find("reg:squarederror"), Depth, [0], [new Tree([.. nodes], [.. covers], [])], [0]);
        var contributions = new double[Depth + 1];

        trees.Explain([.. Enumerable.Repeat(1f, Depth)], 0, contributions);

        Assert.Equal(1000, contributions.Sum(), 1e-9);
        Assert.All(contributions.Take(Depth), value => Assert.True(double.IsFinite(value)));
    }

    [Fact]
    public void A_tree_too_deep_to_be_explained_is_refused_and_still_evaluated()
    {
        var nodes = Enumerable.Range(0, 1000).SelectMany(i => new TreeNode[]
        {
            new(0.5f, i, (2 * i) + 1, (2 * i) + 2), new(i, 0, -1, -1),
        }).Append(new TreeNode(7, 0, -1, -1)).ToArray();
        var trees = new TreeEnsemble(
            Objective.Find("reg:squarederror"), 1000, [0], [new Tree(nodes, new float[nodes.Length], [])], [0]);
        var row = Enumerable.Repeat(1f, 1000).ToArray();
        var margin = new float[1];

        trees.Margins(row, 1, margin);

        Assert.Equal(7, margin[0]);
        Assert.Equal(
            ErrorCode.FailedPrecondition,
            Assert.Throws<MeshException>(() => trees.Explain(row, 0, new double[1001])).Code);
    }

    [Fact]
    public void A_model_without_covers_is_not_explained()
    {
        var trees = new TreeEnsemble(
            Objective.Find("reg:squarederror"), 1, [0], [new Tree([new TreeNode(1, 0, -1, -1)], [], [])], [0]);

        var error = Assert.Throws<MeshException>(() => trees.Explain([1], 0, new double[2]));

        Assert.Equal(ErrorCode.FailedPrecondition, error.Code);
        Assert.Contains("sum_hessian", error.Message, StringComparison.Ordinal);
    }

    // The definition: the gain of knowing the feature, over all subsets of the others that may be known before.
    private static double Shapley(TreeEnsemble trees, float[] row, int feature)
    {
        double sum = 0;
        for (var known = 0; known < 1 << Features; known++)
        {
            if ((known & (1 << feature)) == 0)
            {
                var size = int.PopCount(known);
                var weight = Factorial(size) * Factorial(Features - size - 1) / Factorial(Features);
                sum += weight * (Expected(trees, row, known | (1 << feature)) - Expected(trees, row, known));
            }
        }

        return sum;
    }

    private static double Expected(TreeEnsemble trees, float[] row, int known) =>
        trees.Trees.Sum(tree => Expected(tree, 0, row, known));

    private static double Expected(Tree tree, int index, float[] row, int known)
    {
        var node = tree.Nodes[index];
        if (node.IsLeaf)
        {
            return node.Value;
        }

        return (known & (1 << node.Feature)) != 0
            ? Expected(tree, node.Next(row[node.Feature]), row, known)
            : ((tree.Covers[node.Left] * Expected(tree, node.Left, row, known))
                + (tree.Covers[node.Right] * Expected(tree, node.Right, row, known))) / tree.Covers[index];
    }

    private static double Factorial(int number) => number <= 1 ? 1 : number * Factorial(number - 1);
}
