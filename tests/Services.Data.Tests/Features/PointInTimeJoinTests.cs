using Skipper.Services.Data.Features;
using Skipper.Services.Data.Splits;
using Skipper.Services.Data.Tables;

namespace Skipper.Services.Data.Tests.Features;

public sealed class PointInTimeJoinTests
{
    private const long Minute = 60_000_000;

    private static readonly TableSchema Left = new([new("time", ColumnKind.Timestamp), new("place", ColumnKind.Text)]);

    private static readonly TableSchema Right = new(
    [
        new("time", ColumnKind.Timestamp), new("place", ColumnKind.Text),
        new("value", ColumnKind.Number), new("known", ColumnKind.Timestamp),
    ]);

    private static readonly TableSchema Joined = new([.. Left.Columns, new("value", ColumnKind.Number)]);

    [Fact]
    public void Without_knowledge_time_it_is_the_as_of_merge_of_pandas()
    {
        var golden = Golden.Of("joins");

        var found = Join(
            Rows.Batch(Left, golden.Get("left")), Rows.Batch(Right, golden.Get("right")), new JoinColumns([1], [1], 0, null, [2], 300 * Minute));

        Assert.Equal(golden.Numbers("asof_ttl_5h"), found);
    }

    [Fact]
    public void What_became_known_later_is_not_used_before()
    {
        var golden = Golden.Of("joins");

        var found = Join(
            Rows.Batch(Left, golden.Get("left")),
            Rows.Batch(Right, golden.Get("right")),
            new JoinColumns([1], [1], 0, 3, [2], 720 * Minute),
            lag: 20 * Minute);

        Assert.Equal(golden.Numbers("known_ttl_12h_lag_20min"), found);
    }

    [Fact]
    public void A_future_that_is_changed_changes_nothing()
    {
        var golden = Golden.Of("joins");
        var left = Rows.Batch(Left, golden.Get("left"));
        var right = Rows.Batch(Right, golden.Get("right"));
        var columns = new JoinColumns([1], [1], 0, 3, [2]);
        var before = Join(left, right, columns);
        const string Now = "2024-01-03T00:00";
        for (var row = 0; row < right.Count; row++)
        {
            // All that was true or known after now is made absurd.
            if (right.Times(0)[row] > Rows.Time(Now) || right.Times(3)[row] > Rows.Time(Now))
            {
                right.Numbers(2)[row] = -1e9;
            }
        }

        var after = Join(left, right, columns);

        var past = left.Times(0).Take(left.Count).Count(time => time <= Rows.Time(Now));
        Assert.InRange(past, 10, left.Count - 10);
        Assert.Equal(before[..past], after[..past]);
        Assert.Contains(-1e9, after[past..]);
    }

    [Fact]
    public void Of_forecasts_for_one_time_the_last_that_was_known_counts_whatever_their_order()
    {
        var right = Rows.Batch(
            Right,
            ["2024-01-02T00:00", "a", 2, "2024-01-01T12:00"],
            ["2024-01-02T00:00", "a", 3, "2024-01-02T06:00"],
            ["2024-01-02T00:00", "a", 1, "2024-01-01T06:00"],
            ["2024-01-02T00:00", "a", 9, null],
            [null, "a", 9, "2024-01-01T06:00"]);
        var left = Rows.Batch(
            Left,
            ["2024-01-01T23:59", "a"],
            ["2024-01-02T00:00", "a"],
            ["2024-01-02T05:59", "a"],
            ["2024-01-02T06:00", "a"],
            ["2024-01-02T06:00", null]);

        Assert.Equal([double.NaN, 2, 2, 3, double.NaN], Join(left, right, new JoinColumns([1], [1], 0, 3, [2])));
    }

    [Fact]
    public void A_row_without_a_time_has_no_past() => Assert.Equal(
        [double.NaN, 1],
        Join(
            Rows.Batch(Left, [null, "a"], ["2024-01-01T00:00", "a"]),
            Rows.Batch(Right, ["2023-01-01T00:00", "a", 1, null]),
            new JoinColumns([1], [1], 0, null, [2])));

    [Fact]
    public void Keys_that_come_no_more_are_forgotten_without_being_missed()
    {
        var places = Enumerable.Range(0, 5000).Select(i => (object?[])[Rows.Text(i * Minute), $"place {i}", i, null]).ToArray();
        var left = Enumerable.Range(0, 5000).Select(i => (object?[])[Rows.Text((i + 9) * Minute), $"place {i}"]).ToArray();

        var found = Join(
            Rows.Batch(Left, left), Rows.Batch(Right, places), new JoinColumns([1], [1], 0, null, [2], 10 * Minute));

        Assert.Equal(Enumerable.Range(0, 5000).Select(i => (double)i), found);
    }

    [Theory]
    [InlineData(7, 3)]
    [InlineData(64, 2)]
    [InlineData(4096, 32)]
    public void Rows_sorted_by_way_of_files_are_in_order_and_equal_ones_stay_in_theirs(int inMemory, int files)
    {
        var schema = new TableSchema([new("n", ColumnKind.Integer), new("text", ColumnKind.Text), new("at", ColumnKind.Timestamp)]);
        var random = new SplitMix64(9);
        var rows = Enumerable.Range(0, 1000)
            .Select(i => (object?[])[i, i % 5 == 0 ? null : $"text {i}\n\"{i}\"", i % 7 == 0 ? null : Rows.Text(i * Minute)])
            .ToArray();
        var keys = rows.Select(_ => (long)(random.Next() % 50) - 25).ToArray();
        using var sorter = new RowSorter(schema, inMemory, files);

        sorter.Add(Rows.Batch(schema, rows), (_, row) => keys[row]);
        var found = sorter.Read().Select(row => (row.Number, Row: Rows.Get(row.Batch, row.Row), Line: row.Batch.Lines[row.Row])).ToList();

        var expected = Enumerable.Range(0, 1000).OrderBy(row => keys[row]).ToList();
        Assert.Equal(expected.Select(row => keys[row]), found.Select(row => row.Number));
        Assert.Equal(expected.Select(row => row + 1L), found.Select(row => row.Line));
        Assert.Equal(expected.SelectMany(row => Rows.Get(Rows.Batch(schema, rows[row]), 0)), found.SelectMany(row => row.Row));
    }

    private static double[] Join(RowBatch left, RowBatch right, JoinColumns columns, long lag = 0)
    {
        var values = Rows.Sort(right, (batch, row) => columns.UsableFrom(batch, row, lag));
        return [.. new PointInTimeJoin(Joined, columns)
            .Join(Rows.Sort(left, (batch, row) => RowColumns.TimeOf(batch, 0, row)), values)
            .Select(row => row.Batch.Numbers(2)[row.Row])];
    }
}
