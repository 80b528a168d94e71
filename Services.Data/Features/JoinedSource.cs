using Skipper.Services.Data.Datasets;
using Skipper.Services.Data.Tables;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Features;

/// <summary>One join: where values come from, which of them are added and when they may be used.</summary>
internal sealed class JoinedSource
{
    private readonly JoinColumns _columns;
    private readonly long _lag;

    /// <param name="left">What is joined: its first columns are those of the rows to begin with.</param>
    /// <param name="leftKey">Key columns there.</param>
    /// <param name="source">Where values come from.</param>
    /// <param name="join">What is asked for.</param>
    /// <exception cref="MeshException">Says what was expected and what was found.</exception>
    public JoinedSource(TableSchema left, IReadOnlyList<int> leftKey, SourceRows source, FeatureJoin join)
    {
        Source = source;
        if (source.Key.Count != leftKey.Count)
        {
            throw MeshException.InvalidArgument(
                $"The join with {source.Version.Name} has {source.Key.Count} key columns and the rows have {leftKey.Count}: "
                + "name as many, in the same order.");
        }

        CheckKinds(left, leftKey, source);
        var time = source.RequireTime();
        int? known = join.KnownAt is { } name ? source.Schema.RequireTime(name, "the time of knowledge") : null;
        _lag = join.Lag is { } lag ? WindowReader.ReadDuration("lag", lag, mayBeZero: true) : 0;
        var added = join.Columns.Count > 0
            ? [.. join.Columns.Select(column => source.Schema.Require(column, "added"))]
            : Enumerable.Range(0, source.Schema.Columns.Count)
                .Where(column => column != time && column != known && !source.Key.Contains(column)
                    && source.Schema.Columns[column].Name != WindowAggregation.Start)
                .ToList();
        _columns = new JoinColumns(
            leftKey, source.Key, time, known, added, join.Ttl is { } ttl ? WindowReader.ReadDuration("ttl", ttl) : JoinColumns.Forever);
        var prefix = join.Prefix?.Trim().ToLowerInvariant() ?? "";
        Output = RowColumns.Schema(
            [.. left.Columns, .. added.Select(column => source.Schema.Columns[column] with
            {
                Name = prefix + source.Schema.Columns[column].Name,
            })]);
    }

    public SourceRows Source { get; }

    public TableSchema Output { get; }

    public Task<RowSorter> SortAsync(DatasetCatalog catalog, CancellationToken cancellationToken) =>
        Source.SortAsync(catalog, (batch, row) => _columns.UsableFrom(batch, row, _lag), cancellationToken);

    public IEnumerable<SortedRow> Join(IEnumerable<SortedRow> rows, RowSorter values) =>
        new PointInTimeJoin(Output, _columns).Join(rows, values.Read());

    private static void CheckKinds(TableSchema left, IReadOnlyList<int> leftKey, SourceRows source)
    {
        for (var i = 0; i < leftKey.Count; i++)
        {
            var (one, other) = (left.Columns[leftKey[i]], source.Schema.Columns[source.Key[i]]);
            if (Comparable(one.Kind) != Comparable(other.Kind))
            {
                throw MeshException.InvalidArgument(
                    $"Key {one.Name} and key {other.Name} of {source.Version.Name} are not of one type and would never match.");
            }
        }

        static ColumnKind Comparable(ColumnKind kind) => kind is ColumnKind.Integer ? ColumnKind.Number : kind;
    }
}
