using System.Text.Json;
using Skipper.Services.Data.Features;
using Skipper.Services.Data.Splits;
using Skipper.Services.Data.Tables;

namespace Skipper.Services.Data.Tests.Features;

public sealed class WindowAggregationTests
{
    private const long Hour = 3_600_000_000;
    private const double Close = 1e-9;

    private static readonly TableSchema Schema = new(
    [
        new("time", ColumnKind.Timestamp), new("place", ColumnKind.Text),
        new("speed", ColumnKind.Number), new("angle", ColumnKind.Number),
    ]);

    private static readonly WindowColumn[] Columns =
    [
        new("rows", WindowFunction.Rows),
        new("count", WindowFunction.Count, 2),
        new("sum", WindowFunction.Sum, 2),
        new("mean", WindowFunction.Mean, 2),
        new("min", WindowFunction.Min, 2),
        new("max", WindowFunction.Max, 2),
        new("std", WindowFunction.Std, 2),
        new("p90", WindowFunction.Quantile, 2, Share: 0.9),
        new("direction", WindowFunction.CircularMean, 3),
        new("steadiness", WindowFunction.Steadiness, 3),
    ];

    [Theory]
    [InlineData("tumbling_3h", 3)]
    [InlineData("sliding_3h_1h", 1)]
    public void Windows_hold_what_pandas_and_scipy_find_in_them(string name, int every)
    {
        var golden = Golden.Of("windows");
        var expected = golden.Get(name).EnumerateArray().ToList();
        var rows = Rows.Batch(Schema, golden.Get("rows"));

        var found = Aggregate(rows, new WindowGrid(3 * Hour, every * Hour, 0));

        Assert.Equal(expected.Count, found.Count);
        for (var row = 0; row < found.Count; row++)
        {
            Assert.Equal(
                [expected[row].Get("place").GetString(), expected[row].Get("start").GetString(), expected[row].Get("end").GetString()],
                Rows.Get(found, row)[..3]);
            for (var column = 0; column < Columns.Length; column++)
            {
                Assert.Equal(expected[row].Number(Columns[column].Name), found.Numbers(column + 3)[row], Close);
            }

            Assert.Equal(expected[row].Number("scipy_direction"), found.Numbers(11)[row], Close);
        }
    }

    [Fact]
    public void The_order_of_rows_does_not_matter()
    {
        var rows = Golden.Of("windows").Get("rows");
        var order = Enumerable.Range(0, rows.GetArrayLength()).ToArray();
        new SplitMix64(3).Shuffle(order);
        var shuffled = JsonSerializer.SerializeToElement(order.Select(row => rows[row]));

        var one = Aggregate(Rows.Batch(Schema, rows), new WindowGrid(3 * Hour, Hour, 0));
        var other = Aggregate(Rows.Batch(Schema, shuffled), new WindowGrid(3 * Hour, Hour, 0));

        Assert.Equal(one.Times(1).AsSpan(0, one.Count), other.Times(1).AsSpan(0, other.Count));
        for (var row = 0; row < one.Count; row++)
        {
            Assert.Equal(one.Numbers(6)[row], other.Numbers(6)[row], Close);
        }
    }

    [Fact]
    public void North_lies_between_northwest_and_northeast_and_opposite_directions_have_no_mean()
    {
        var found = Aggregate(
            Rows.Batch(
                Schema,
                ["2024-01-01T00:00", "north", 1, 350],
                ["2024-01-01T00:10", "north", 1, 10],
                ["2024-01-01T00:00", "opposite", 1, 90],
                ["2024-01-01T00:10", "opposite", 1, 270],
                ["2024-01-01T00:00", "weighted", 3, 0],
                ["2024-01-01T00:10", "weighted", 1, 90]),
            new WindowGrid(Hour, Hour, 0),
            new("mean", WindowFunction.CircularMean, 3),
            new("weighted", WindowFunction.CircularMean, 3, Weight: 2));

        Assert.Equal(0, Math.Min(found.Numbers(3)[0], 360 - found.Numbers(3)[0]), Close);
        Assert.Null(Rows.Get(found, 3, 1));
        Assert.Equal(45, found.Numbers(3)[2], Close);
        Assert.Equal(double.RadiansToDegrees(Math.Atan2(1, 3)), found.Numbers(4)[2], Close);
    }

    [Fact]
    public void A_window_holds_its_begin_and_not_its_end_also_before_1970_and_with_an_offset()
    {
        var found = Aggregate(
            Rows.Batch(
                Schema,
                ["1969-12-31T23:30", "a", 1, 0],
                ["1970-01-01T00:15", "a", 2, 0],
                ["1970-01-01T01:14:59", "a", 3, 0],
                ["1970-01-01T01:15", "a", 4, 0],
                [null, "a", 5, 0],
                ["1970-01-01T01:15", null, 6, 0]),
            new WindowGrid(Hour, Hour, Hour / 4),
            new WindowColumn("sum", WindowFunction.Sum, 2));

        Assert.Equal(["1969-12-31T23:15:00+00:00", "1970-01-01T00:15:00+00:00", "1970-01-01T01:15:00+00:00"],
            Enumerable.Range(0, found.Count).Select(row => Rows.Get(found, 1, row)));
        Assert.Equal([1.0, 5, 4], found.Numbers(3)[..found.Count]);
    }

    private static RowBatch Aggregate(RowBatch rows, WindowGrid grid, params WindowColumn[] columns)
    {
        var aggregation = new WindowAggregation(Schema, [1], grid, columns is [] ? Columns : columns);
        return Assert.Single(aggregation.Aggregate(Rows.Sort(rows, (batch, row) => batch.Times(0)[row])));
    }
}
