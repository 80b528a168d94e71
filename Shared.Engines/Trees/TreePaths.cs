using System.Runtime.InteropServices;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Shared.Engines.Trees;

/// <summary>
/// Path-dependent TreeSHAP (Lundberg et al., arXiv 1802.03888) of one tree, leaf by leaf. A leaf of value v behind d
/// features is v * Π o_j with o_j = 1 where the row meets all conditions on feature j; not knowing a feature replaces
/// o_j by z_j, the share of training rows that meet them. The Shapley value of feature i is then
/// v (o_i - z_i) ∫₀¹ Π_{j≠i} (z_j (1-t) + o_j t) dt, since ∫₀¹ t^k (1-t)^(d-1-k) dt are Shapley's weights; Gauss-Legendre
/// quadrature with ⌈d/2⌉ points is exact for it, and adds only terms that are not negative.
/// </summary>
internal sealed class TreePaths
{
    // 24 bytes each; a tree of depth 20 with all its leaves has as many.
    private const int MostConditions = 1 << 24;

    // Time grows with the square of it; trees that were learned from rows are far from it.
    private const int LongestPath = 512;

    private readonly List<Condition> _conditions = [];
    private readonly List<PathEnd> _leaves = [];
    private double _bias;
    private int _longest;

    private TreePaths()
    {
    }

    /// <exception cref="MeshException">The model has no covers, or is too deep to be explained.</exception>
    public static TreePaths[] Create(IReadOnlyList<Tree> trees)
    {
        if (trees.Any(tree => tree.Covers.Length == 0))
        {
            throw MeshException.FailedPrecondition(
                "The model cannot be explained: its file does not say how many rows reached each node (sum_hessian).");
        }

        var room = MostConditions;
        return [.. trees.Select(tree =>
        {
            var paths = new TreePaths();
            paths.Collect(tree, room);
            room -= paths._conditions.Count;
            return paths;
        })];
    }

    /// <summary>Adds the contributions of this tree; the last one is the bias.</summary>
    public void Explain(ReadOnlySpan<float> row, Span<double> contributions)
    {
        contributions[^1] += _bias;
        Span<double> met = stackalloc double[_longest];
        Span<double> sums = stackalloc double[_longest];
        var conditions = CollectionsMarshal.AsSpan(_conditions);
        foreach (var leaf in _leaves)
        {
            var path = conditions[leaf.Start..leaf.End];
            for (var i = 0; i < path.Length; i++)
            {
                met[i] = path[i].IsMet(row) ? 1 : 0;
            }

            if (path.IsEmpty)
            {
                continue;
            }

            Integrate(path, met[..path.Length], sums[..path.Length]);
            for (var i = 0; i < path.Length; i++)
            {
                contributions[path[i].Feature] += leaf.Value * (met[i] - path[i].Share) * sums[i];
            }
        }
    }

    private static void Integrate(ReadOnlySpan<Condition> path, ReadOnlySpan<double> met, Span<double> sums)
    {
        sums.Clear();
        var rule = Quadrature.Of((path.Length + 1) / 2);
        for (var point = 0; point < rule.Points.Length; point++)
        {
            var t = rule.Points[point];
            var product = rule.Weights[point];
            for (var i = 0; i < path.Length; i++)
            {
                product *= (path[i].Share * (1 - t)) + (met[i] * t);
            }

            for (var i = 0; i < path.Length; i++)
            {
                // A factor of 0 is that of a feature whose (o - z) is 0 too: it contributes nothing.
                var factor = (path[i].Share * (1 - t)) + (met[i] * t);
                sums[i] += factor > 0 ? product / factor : 0;
            }
        }
    }

    private void Collect(Tree tree, int room)
    {
        var open = new Stack<(int Node, Condition[] Path)>([(0, [])]);
        while (open.TryPop(out var next))
        {
            var (index, path) = next;
            var node = tree.Nodes[index];
            if (node.IsLeaf)
            {
                Add(node.Value, path, room);
                continue;
            }

            open.Push((node.Right, Extend(path, node, Share(tree, node.Right, index), isLeft: false)));
            open.Push((node.Left, Extend(path, node, Share(tree, node.Left, index), isLeft: true)));
        }
    }

    private void Add(double value, Condition[] path, int room)
    {
        if (path.Length > LongestPath || _conditions.Count + path.Length > room)
        {
            throw MeshException.FailedPrecondition(
                $"The model is too large to be explained: more than {LongestPath} features on one way to a leaf, "
                + $"or more than {MostConditions} conditions on all ways.");
        }

        _leaves.Add(new PathEnd(_conditions.Count, _conditions.Count + path.Length, value));
        _conditions.AddRange(path);
        _longest = Math.Max(_longest, path.Length);
        _bias += path.Aggregate(value, (product, condition) => product * condition.Share);
    }

    private static Condition[] Extend(Condition[] path, TreeNode node, double share, bool isLeft)
    {
        var feature = node.Feature;
        var position = Array.FindIndex(path, condition => condition.Feature == feature);
        var known = position < 0
            ? new Condition(feature, float.NegativeInfinity, float.PositiveInfinity, true, 1)
            : path[position];
        var narrowed = known.Narrow(node, share, isLeft);
        if (position < 0)
        {
            return [.. path, narrowed];
        }

        var copy = (Condition[])path.Clone();
        copy[position] = narrowed;
        return copy;
    }

    private static double Share(Tree tree, int child, int parent) =>
        tree.Covers[parent] > 0 && tree.Covers[child] > 0 ? (double)tree.Covers[child] / tree.Covers[parent] : 0;

    /// <summary>A leaf, and where its conditions begin and end.</summary>
    private readonly record struct PathEnd(int Start, int End, double Value);

    /// <summary>All that a path asks of one feature, and the share of training rows that met it where it was asked.</summary>
    private readonly record struct Condition(int Feature, float From, float Below, bool TakesMissing, double Share)
    {
        public bool IsMet(ReadOnlySpan<float> row) =>
            float.IsNaN(row[Feature]) ? TakesMissing : row[Feature] >= From && row[Feature] < Below;

        public Condition Narrow(TreeNode node, double share, bool isLeft) => this with
        {
            From = isLeft ? From : MathF.Max(From, node.Value),
            Below = isLeft ? MathF.Min(Below, node.Value) : Below,
            TakesMissing = TakesMissing && node.MissingGoesLeft == isLeft,
            Share = Share * share,
        };
    }
}
