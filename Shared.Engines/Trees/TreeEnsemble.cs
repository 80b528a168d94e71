namespace Skipper.Shared.Engines.Trees;

/// <summary>
/// Boosted trees, evaluated without any library: the same margins as XGBoost bit for bit, because leaves are added in
/// the same order in the same precision. Immutable, so safe to call from many threads.
/// </summary>
internal sealed class TreeEnsemble
{
    // Rows that go through a tree together while it is in the cache.
    private const int BlockRows = 64;

    // Trees that a row goes through side by side: while a step in one waits for its node, the others go on.
    private const int SideBySide = 4;

    private readonly Lazy<TreePaths[]> _paths;

    public TreeEnsemble(Objective objective, int featureCount, float[] baseMargins, Tree[] trees, int[] outputs)
    {
        Objective = objective;
        FeatureCount = featureCount;
        BaseMargins = baseMargins;
        Trees = trees;
        Outputs = outputs;
        _paths = new Lazy<TreePaths[]>(() => TreePaths.Create(trees));
    }

    public Objective Objective { get; }

    public int FeatureCount { get; }

    /// <summary>Where each output starts, in order.</summary>
    public float[] BaseMargins { get; }

    public int OutputCount => BaseMargins.Length;

    public IReadOnlyList<Tree> Trees { get; }

    /// <summary>The output that each tree adds to.</summary>
    public IReadOnlyList<int> Outputs { get; }

    /// <summary>Version of the library that saved the model; null where it is too old to say.</summary>
    public Version? Version { get; init; }

    /// <summary>One per feature, or none.</summary>
    public IReadOnlyList<string> FeatureNames { get; init; } = [];

    /// <summary>Sums of leaves.</summary>
    /// <param name="features">Rows * features values; NaN = missing.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="margins">Filled with rows * outputs values.</param>
    public void Margins(ReadOnlySpan<float> features, int rows, Span<float> margins)
    {
        for (var row = 0; row < rows; row++)
        {
            BaseMargins.CopyTo(margins[(row * OutputCount)..]);
        }

        for (var start = 0; start < rows; start += BlockRows)
        {
            var end = Math.Min(rows, start + BlockRows);
            var tree = 0;
            for (; tree + SideBySide <= Trees.Count; tree += SideBySide)
            {
                AddFour(tree, features, start, end, margins);
            }

            for (; tree < Trees.Count; tree++)
            {
                AddTree(tree, features, start, end, margins);
            }
        }
    }

    /// <summary>The leaf that each row reaches in each tree, row after row.</summary>
    public int[] Leaves(ReadOnlySpan<float> features, int rows)
    {
        var leaves = new int[rows * Trees.Count];
        for (var row = 0; row < rows; row++)
        {
            for (var tree = 0; tree < Trees.Count; tree++)
            {
                leaves[(row * Trees.Count) + tree] = Trees[tree].Leaf(features.Slice(row * FeatureCount, FeatureCount));
            }
        }

        return leaves;
    }

    /// <summary>
    /// Adds to each of the features + 1 values what the feature, and the bias as the last, contribute to one output.
    /// </summary>
    public void Explain(ReadOnlySpan<float> row, int output, Span<double> contributions)
    {
        var paths = _paths.Value;
        contributions[FeatureCount] += BaseMargins[output];
        for (var tree = 0; tree < paths.Length; tree++)
        {
            if (Outputs[tree] == output)
            {
                paths[tree].Explain(row, contributions);
            }
        }
    }

    /// <summary>Adds the gains of all splits to their features.</summary>
    public void AddImportance(Span<double> importance)
    {
        foreach (var tree in Trees.Where(tree => tree.Gains.Length > 0))
        {
            for (var node = 0; node < tree.Nodes.Length; node++)
            {
                // A gain that is no number says nothing.
                if (tree.Nodes[node] is { IsLeaf: false } split && tree.Gains[node] > 0)
                {
                    importance[split.Feature] += tree.Gains[node];
                }
            }
        }
    }

    private void AddFour(int first, ReadOnlySpan<float> features, int start, int end, Span<float> margins)
    {
        var (a, b, c, d) = (Trees[first].Nodes, Trees[first + 1].Nodes, Trees[first + 2].Nodes, Trees[first + 3].Nodes);
        for (var row = start; row < end; row++)
        {
            var values = features.Slice(row * FeatureCount, FeatureCount);
            var (inA, inB, inC, inD) = (0, 0, 0, 0);
            while (Tree.Step(a, ref inA, values) | Tree.Step(b, ref inB, values)
                | Tree.Step(c, ref inC, values) | Tree.Step(d, ref inD, values))
            {
                // Until all four have come to a leaf.
            }

            // One after the other, in the library's order: single precision does not forgive another one.
            var sums = margins.Slice(row * OutputCount, OutputCount);
            sums[Outputs[first]] += a[inA].Value;
            sums[Outputs[first + 1]] += b[inB].Value;
            sums[Outputs[first + 2]] += c[inC].Value;
            sums[Outputs[first + 3]] += d[inD].Value;
        }
    }

    private void AddTree(int number, ReadOnlySpan<float> features, int start, int end, Span<float> margins)
    {
        var tree = Trees[number];
        for (var row = start; row < end; row++)
        {
            var leaf = tree.Leaf(features.Slice(row * FeatureCount, FeatureCount));
            margins[(row * OutputCount) + Outputs[number]] += tree.Nodes[leaf].Value;
        }
    }
}
