using Skipper.Services.Data.Datasets;
using Skipper.Services.Data.Splits;
using Skipper.Services.Data.Tables;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Tests.Splits;

public sealed class SplitMethodTests
{
    private static readonly SplitFraction Fifth = SplitFraction.Default;

    /// <summary>Rows 0 to 99 in a mixed order; four rows of a group, five of a time, which goes up with the row.</summary>
    private static readonly int[] Order = [.. Enumerable.Range(0, 100).Select(i => i * 37 % 100)];

    [Fact]
    public void A_split_by_time_has_the_newest_rows_in_the_test_part_and_no_time_in_two_parts()
    {
        foreach (var by in (string[])["t", "n", "s"])
        {
            var split = Split(SplitMethod.Parse("time", by));

            Assert.Equal(Enumerable.Range(80, 20), Rows(split.Test));
            Assert.Equal(Enumerable.Range(60, 20), Rows(split.Validation));
            Assert.Equal(Enumerable.Range(0, 60), Rows(split.Train));
        }
    }

    [Fact]
    public void A_split_by_group_keeps_groups_together_and_repeats_with_its_seed()
    {
        var split = Split(SplitMethod.Parse("group", "g"), seed: 4);

        PartArrays[] parts = [split.Train, split.Test, split.Validation];
        var groups = parts.Select(part => Rows(part).Select(row => row / 4).Distinct().ToList()).ToList();
        Assert.Equal(25, groups.Sum(part => part.Count));
        Assert.Equal(Enumerable.Range(0, 25), groups.SelectMany(part => part).Order());
        Assert.Equal((64, 20, 16), (split.Train.Targets.Rows, split.Test.Targets.Rows, split.Validation.Targets.Rows));
        Assert.NotEqual(Enumerable.Range(80, 20), Rows(split.Test));
        Assert.Equal(Rows(split.Test), Rows(Split(SplitMethod.Parse("group", "g"), seed: 4).Test));
        Assert.NotEqual(Rows(split.Test), Rows(Split(SplitMethod.Parse("group", "g"), seed: 5).Test));
    }

    [Fact]
    public void The_column_that_is_split_by_is_no_feature()
    {
        Assert.Equal(["g", "n"], Split(SplitMethod.Parse("time", "t")).Features.Select(feature => feature.Name));
        Assert.Equal(["n"], Split(SplitMethod.Parse("group", " G ")).Features.Select(feature => feature.Name));
    }

    [Theory]
    [InlineData("time", null, "needs the column")]
    [InlineData("group", " ", "needs the column")]
    [InlineData("random", "g", "without one of these methods")]
    [InlineData(null, "g", "without one of these methods")]
    [InlineData("chance", null, "must be random, time or group, found 'chance'")]
    public void A_method_that_makes_no_sense_is_an_invalid_argument(string? name, string? by, string expected) =>
        Assert.Contains(expected, Assert.Throws<MeshException>(() => SplitMethod.Parse(name, by)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_column_that_does_not_do_says_why()
    {
        var absent = Assert.Throws<MeshException>(() => Split(SplitMethod.Parse("time", "when")));
        var single = Assert.Throws<MeshException>(() => Split(SplitMethod.Parse("group", "one")));
        var holes = Assert.Throws<MeshException>(() => Split(SplitMethod.Parse("group", "holes")));

        Assert.Contains("There is no column 'when'", absent.Message, StringComparison.Ordinal);
        Assert.Contains("too few different values", single.Message, StringComparison.Ordinal);
        Assert.Contains("rows without a value", holes.Message, StringComparison.Ordinal);
    }

    private static List<int> Rows(PartArrays part) => [.. part.Targets.Values.Select(value => (int)value).Order()];

    private static SplitArrays Split(SplitMethod method, int seed = 1)
    {
        var table = new DatasetTable(
            [
                new TableColumn("row", ColumnTypes.Integer) { Numbers = [.. Order.Select(row => (double)row)] },
                new TableColumn("t", ColumnTypes.Timestamp) { Times = [.. Order.Select(row => -1_000_000L + (row / 5))] },
                new TableColumn("s", ColumnTypes.Text) { Texts = [.. Order.Select(row => $"2026-01-02T03:{row / 5:00}")] },
                new TableColumn("g", ColumnTypes.Integer) { Numbers = [.. Order.Select(row => (double)(row / 4))] },
                new TableColumn("n", ColumnTypes.Number) { Numbers = [.. Order.Select(row => (row / 5) - 7.5)] },
                new TableColumn("one", ColumnTypes.Text) { Texts = [.. Order.Select(_ => "x")] },
                new TableColumn("holes", ColumnTypes.Text) { Texts = [.. Order.Select(row => row == 7 ? null : "x")] },
                new TableColumn("no time", ColumnTypes.Timestamp) { Times = [.. Order.Select(_ => RowBatch.NoTime)] },
            ],
            Order.Length);
        return DatasetSplitter.Split(table, ["row"], Fifth, seed, method);
    }
}
