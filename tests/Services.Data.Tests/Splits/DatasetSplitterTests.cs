using Skipper.Services.Data.Datasets;
using Skipper.Services.Data.Splits;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Tests.Splits;

public sealed class DatasetSplitterTests
{
    private static readonly SplitFraction Fifth = SplitFraction.Default;

    [Fact]
    public void Every_row_is_in_exactly_one_part()
    {
        var split = DatasetSplitter.Split(Table(50), ["y"], Fifth, seed: 3, SplitMethod.Random);

        var rows = new[] { split.Train, split.Test, split.Validation }.SelectMany(part => part.Targets.Values).ToList();
        Assert.Equal((32, 10, 8), (split.Train.Targets.Rows, split.Test.Targets.Rows, split.Validation.Targets.Rows));
        Assert.Equal(Enumerable.Range(0, 50).Select(i => (double)i), rows.Order());
        Assert.NotEqual(rows.Order(), rows);
    }

    [Fact]
    public void Statistics_come_from_the_training_part_alone()
    {
        var split = DatasetSplitter.Split(Table(50), ["y"], Fifth, seed: 3, SplitMethod.Random);

        // The feature a is twice the row number, which is also the target.
        var train = split.Train.Targets.Values.Select(row => 2 * row).ToList();
        var mean = train.Average();
        var deviation = Math.Sqrt(train.Sum(value => (value - mean) * (value - mean)) / (train.Count - 1));
        var feature = split.Features[0];
        Assert.Equal("a", feature.Name);
        Assert.Equal(mean, feature.Mean, 1e-12);
        Assert.Equal(deviation, feature.StandardDeviation, 1e-12);
        Assert.Equal((train.Min(), train.Max()), (feature.Minimum, feature.Maximum));
        foreach (var part in new[] { split.Train, split.Test, split.Validation })
        {
            for (var row = 0; row < part.Features.Rows; row++)
            {
                Assert.Equal(((2 * part.Targets[row, 0]) - mean) / deviation, part.Features[row, 0], 1e-12);
            }
        }
    }

    [Fact]
    public void A_seed_repeats_its_split_and_another_does_not()
    {
        var first = DatasetSplitter.Split(Table(50), ["y"], Fifth, seed: -1, SplitMethod.Random);

        Assert.Equal(first.Test.Targets.Values, DatasetSplitter.Split(Table(50), ["y"], Fifth, seed: -1, SplitMethod.Random).Test.Targets.Values);
        Assert.NotEqual(first.Test.Targets.Values, DatasetSplitter.Split(Table(50), ["y"], Fifth, seed: 2, SplitMethod.Random).Test.Targets.Values);
    }

    [Fact]
    public void Text_columns_are_no_features_and_targets_are_none()
    {
        var split = DatasetSplitter.Split(Table(50), [" Y ", "b"], Fifth, seed: 1, SplitMethod.Random);

        Assert.Equal(["a"], split.Features.Select(feature => feature.Name));
        Assert.Equal(["integer"], split.Features.Select(feature => feature.Type));
        Assert.Equal(["y", "b"], split.Targets);
        Assert.Equal((32, 1, 2), (split.Train.Features.Rows, split.Train.Features.Columns, split.Train.Targets.Columns));
    }

    [Fact]
    public void Features_are_those_that_were_named_in_their_order()
    {
        var named = DatasetSplitter.Split(Table(50), ["y"], Fifth, 1, SplitMethod.Random, SplitFeatures.Parse([" B ", "a"], null));

        Assert.Equal(["b", "a"], named.Features.Select(feature => feature.Name));
    }

    [Theory]
    [InlineData("c", "There is no column 'c' to be a feature")]
    [InlineData("town", "Column 'town' is not numeric")]
    [InlineData("y", "Column 'y' cannot be a feature: it is a target")]
    [InlineData("a", "'a' is there twice")]
    public void A_column_that_cannot_be_a_feature_is_refused(string name, string reason)
    {
        var error = Assert.Throws<MeshException>(() => DatasetSplitter.Split(
            Table(50), ["y"], Fifth, 1, SplitMethod.Random, SplitFeatures.Parse(["a", name], null)));

        Assert.Equal(ErrorCode.InvalidArgument, error.Code);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_values_are_kept_where_asked_for_and_do_not_count_in_statistics()
    {
        var table = Table(50);
        foreach (var row in Enumerable.Range(0, 40))
        {
            table.Columns[0].Numbers![row] = double.NaN;
        }

        var kept = DatasetSplitter.Split(table, ["y"], Fifth, 3, SplitMethod.Random, SplitFeatures.Parse(null, "keep"));

        Assert.Equal((32, 0), (kept.Train.Features.Rows, kept.DroppedRows));
        Assert.InRange(kept.Features[0].Mean, 80, 98);
        Assert.Equal(
            kept.Train.Targets.Values.Count(row => row < 40), Enumerable.Range(0, 32).Count(row => double.IsNaN(kept.Train.Features[row, 0])));
    }

    [Fact]
    public void A_column_without_any_value_is_refused_by_name()
    {
        var table = Table(50);
        Array.Fill(table.Columns[0].Numbers!, double.NaN);

        Assert.Contains(
            "Column a is missing in all",
            Assert.Throws<MeshException>(() => DatasetSplitter.Split(
                table, ["y"], Fifth, 3, SplitMethod.Random, SplitFeatures.Parse(null, "keep"))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_constant_feature_is_zero_everywhere()
    {
        var split = DatasetSplitter.Split(Table(50), ["y"], Fifth, seed: 1, SplitMethod.Random);

        Assert.Equal((7, 1), (split.Features[1].Mean, split.Features[1].StandardDeviation));
        Assert.All(Enumerable.Range(0, 10), row => Assert.Equal(0, split.Test.Features[row, 1]));
    }

    [Fact]
    public void Rows_with_missing_values_are_left_out_and_counted()
    {
        var table = Table(50);
        table.Columns[0].Numbers![4] = double.NaN;
        table.Columns[2].Numbers![5] = double.NaN;

        var split = DatasetSplitter.Split(table, ["y"], Fifth, seed: 1, SplitMethod.Random);

        Assert.Equal(2, split.DroppedRows);
        Assert.Equal(48, split.Train.Targets.Rows + split.Test.Targets.Rows + split.Validation.Targets.Rows);
        Assert.DoesNotContain(4.0, split.Train.Targets.Values.Concat(split.Test.Targets.Values).Concat(split.Validation.Targets.Values));
    }

    [Fact]
    public void A_table_that_would_lose_most_rows_is_refused_with_the_columns()
    {
        var table = Table(50);
        for (var row = 0; row < 26; row++)
        {
            table.Columns[0].Numbers![row] = double.NaN;
        }

        var exception = Assert.Throws<MeshException>(() => DatasetSplitter.Split(table, ["y"], Fifth, seed: 1, SplitMethod.Random));

        Assert.Equal(ErrorCode.FailedPrecondition, exception.Code);
        Assert.Contains("26 of 50 rows have missing values, more than half: a (26).", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "name at least one column")]
    [InlineData("z", "no column 'z' to be a target; columns are a, b, y, town")]
    [InlineData("y,Y", "targets must differ, found y, y")]
    [InlineData("a,b,y", "No numeric column is left to learn from: targets are a, b, y")]
    public void Targets_that_cannot_be_learned_are_refused(string targets, string expected)
    {
        var exception = Assert.Throws<MeshException>(() => DatasetSplitter.Split(
            Table(50), targets.Split(',', StringSplitOptions.RemoveEmptyEntries), Fifth, seed: 1, SplitMethod.Random));

        Assert.Equal(ErrorCode.InvalidArgument, exception.Code);
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_target_becomes_numbers_of_classes_and_rows_without_a_text_are_dropped()
    {
        var table = Table(50);
        var town = table.Columns[3].Texts!;
        for (var row = 0; row < 50; row++)
        {
            town[row] = row == 7 ? null : row % 2 == 0 ? "south" : "North";
        }

        var split = DatasetSplitter.Split(table, ["town", "y"], Fifth, seed: 1, SplitMethod.Random);

        Assert.Equal(["North", "south"], split.Classes["town"]);
        Assert.Equal(["a", "b"], split.Features.Select(feature => feature.Name));
        Assert.Equal(1, split.DroppedRows);
        foreach (var part in new[] { split.Train, split.Test, split.Validation })
        {
            Assert.All(Enumerable.Range(0, part.Targets.Rows), row => Assert.Equal((part.Targets[row, 1] + 1) % 2, part.Targets[row, 0]));
        }
    }

    [Fact]
    public void A_text_with_too_many_different_values_is_no_target()
    {
        var number = new TableColumn("a", ColumnTypes.Number) { Numbers = new double[1001] };
        var name = new TableColumn("name", ColumnTypes.Text) { Texts = [.. Enumerable.Range(0, 1001).Select(row => $"{row}")] };
        var table = new DatasetTable([number, name], 1001);

        var error = Assert.Throws<MeshException>(() => DatasetSplitter.Split(table, ["name"], Fifth, seed: 1, SplitMethod.Random));

        Assert.Contains("1001 different values; a target may have at most 1000", error.Message, StringComparison.Ordinal);
    }

    private static DatasetTable Table(int rows) => new(
        [
            new TableColumn("a", ColumnTypes.Integer) { Numbers = [.. Enumerable.Range(0, rows).Select(i => 2.0 * i)] },
            new TableColumn("b", ColumnTypes.Number) { Numbers = [.. Enumerable.Repeat(7.0, rows)] },
            new TableColumn("y", ColumnTypes.Integer) { Numbers = [.. Enumerable.Range(0, rows).Select(i => (double)i)] },
            new TableColumn("town", ColumnTypes.Text) { Texts = [.. Enumerable.Repeat("x", rows)] },
        ],
        rows);
}
