using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Services.Serving.Drift;

/// <summary>How an input or output was distributed in the training part, and the bins that others are counted in.</summary>
/// <param name="name">The input or output.</param>
/// <param name="counts">Rows of the training part in each bin.</param>
internal abstract class ColumnReference(string name, long[] counts)
{
    public string Name => name;

    /// <summary>Rows of the training part in each bin.</summary>
    public long[] Counts => counts;

    /// <summary>How many numbers of a row belong to it.</summary>
    public virtual int Width => 1;

    /// <summary>The bin of missing values; null = there is none.</summary>
    public virtual int? MissingBin => null;

    /// <summary>The bin of categories that the training part did not have; null = not a category.</summary>
    public virtual int? UnseenBin => null;

    /// <summary>The bin that a row belongs to.</summary>
    public abstract int BinOf(ReadOnlySpan<double> row);

    /// <summary>The bins, for people.</summary>
    public abstract IReadOnlyList<DriftBin> Describe(long[] current);
}
