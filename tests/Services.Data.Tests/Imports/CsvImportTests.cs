using System.Globalization;
using System.Text;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Tests.Imports;

public sealed class CsvImportTests
{
    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public async Task Columns_are_named_and_typed(string lineEnd)
    {
        var import = await ReadAsync(
            "\uFEFF Rooms , PRICE,town\n6,24.5, Here \n\n  \n\"7\",2.1e1,\"There, \"\"far\"\"\nand wide\"\n8,,\n".Replace("\n", lineEnd));

        Assert.Equal(["rooms", "price", "town"], import.Table.Columns.Select(column => column.Name));
        Assert.Equal(["integer", "number", "text"], import.Table.Columns.Select(column => column.Type));
        Assert.Equal([6, 7, 8], import.Table.Columns[0].Numbers!);
        Assert.Equal([24.5, 21, double.NaN], import.Table.Columns[1].Numbers!);
        Assert.Equal(new[] { "Here", $"There, \"far\"{lineEnd}and wide", null }, import.Table.Columns[2].Texts);
        Assert.Equal([0, 1, 1], import.Table.Columns.Select(column => column.MissingCount));
        Assert.Empty(import.Rejected);
    }

    [Fact]
    public async Task Bad_rows_are_set_aside_with_line_and_all_reasons()
    {
        var rows = Enumerable.Range(0, 30).Select(i => $"{i},{i}.5,\"a\nb\"").ToList();
        rows[3] = "x,many,t";
        rows[5] = "NaN,-Infinity,t";
        rows[7] = "1,2";
        rows[9] = "1,2,3,4";
        rows[11] = "1,1e999,t";
        rows[13] = "1,2,a\"b";
        rows[15] = ",,";

        var import = await ReadAsync("n,p,t\n" + string.Join('\n', rows));

        // Every good row takes two lines, because its text does.
        Assert.Equal(
            [
                (8, "n: expected a number, found 'x'; p: expected a number, found 'many'"),
                (11, "n: expected a finite number, found 'NaN'; p: expected a finite number, found '-Infinity'"),
                (14, "expected 3 cells, found 2"),
                (17, "expected 3 cells, found 4"),
                (20, "p: expected a finite number, found '1e999'"),
                (23, "a quote stands inside a cell that is not quoted"),
                (26, "every cell is empty"),
            ],
            import.Rejected.Select(row => (row.Line, row.Reason)));
        Assert.Equal(23, import.Table.RowCount);
        Assert.All(import.Table.Columns, column => Assert.Equal(0, column.MissingCount));
    }

    [Theory]
    [InlineData(9, 1, "integer", 1)]
    [InlineData(8, 2, "text", 0)]
    [InlineData(0, 10, "text", 0)]
    public async Task A_column_is_numeric_when_nine_of_ten_cells_are(int numbers, int texts, string type, int rejected)
    {
        var cells = Enumerable.Repeat("1,1", numbers).Concat(Enumerable.Repeat("1,one", texts));

        var import = await ReadAsync("x,y\n" + string.Join('\n', cells));

        Assert.Equal(type, import.Table.Columns[1].Type);
        Assert.Equal(rejected, import.Rejected.Count);
    }

    [Theory]
    [InlineData("1\n2.0\n-3", "integer")]
    [InlineData("1\n2.5", "number")]
    [InlineData("1\n99999999999999999999", "number")]
    public async Task Integers_are_told_from_numbers_by_their_value(string cells, string type)
    {
        var import = await ReadAsync("x\n" + cells);

        Assert.Equal(type, import.Table.Columns[0].Type);
    }

    [Fact]
    public async Task Numbers_are_read_the_same_in_every_culture()
    {
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = new CultureInfo("de-DE");
        try
        {
            var import = await ReadAsync("x,y\n1.5,1\n2.5,2");

            Assert.Equal([1.5, 2.5], import.Table.Columns[0].Numbers!);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [InlineData("", "The file is empty")]
    [InlineData("\n\r\n", "The file is empty")]
    [InlineData("\uFEFF", "The file is empty")]
    [InlineData("a,b\n", "at least 2 rows below its header, found 0")]
    [InlineData("a,b\n1,2\n", "at least 2 rows below its header, found 1")]
    [InlineData("a,,c\n1,2,3\n1,2,3", "Column 2 of the header has no name")]
    [InlineData("a, ,c\n1,2,3\n1,2,3", "Column 2 of the header has no name")]
    [InlineData("a,b,A \n1,2,3\n1,2,3", "found twice: a")]
    [InlineData("\"a\"b,c\n1,2\n3,4", "The header cannot be read: a quote stands inside a cell")]
    [InlineData("[{\"a\":1}]", "write one object per line")]
    [InlineData("a,b\n1,2\n1,\"2\n3,4\n5,6", "begins on line 3 does not end: is a quote never closed?")]
    [InlineData("PK\u0003\u0004,b\n1,2\n1,2", "is this a CSV file?")]
    public async Task A_file_that_is_no_dataset_is_an_invalid_argument(string csv, string expected)
    {
        var exception = await Assert.ThrowsAsync<MeshException>(() => ReadAsync(csv));

        Assert.Equal(ErrorCode.InvalidArgument, exception.Code);
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_in_another_encoding_is_an_invalid_argument_with_its_line()
    {
        var latin1 = Encoding.Latin1.GetBytes("a,b\n1,x\n2,Köln");

        var exception = await Assert.ThrowsAsync<MeshException>(() => Importing.ReadAsync(latin1, _ => Task.CompletedTask));

        Assert.Equal(ErrorCode.InvalidArgument, exception.Code);
        Assert.Contains("not UTF-8 text on line 3", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_quote_that_swallows_a_large_file_is_an_invalid_argument()
    {
        var csv = "a,b\n1,\"2\n" + string.Concat(Enumerable.Repeat("3,4\n", 600_000));

        var exception = await Assert.ThrowsAsync<MeshException>(() => ReadAsync(csv));

        Assert.Equal(ErrorCode.InvalidArgument, exception.Code);
        Assert.Contains("line 2 does not end", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_which_more_than_half_is_bad_is_refused_with_the_first_reasons()
    {
        var rows = Enumerable.Range(0, 9).Select(i => $"{i}").Append("1,2").ToList();

        var exception = await Assert.ThrowsAsync<MeshException>(() => ReadAsync("a,b\n" + string.Join('\n', rows)));

        Assert.Equal(ErrorCode.FailedPrecondition, exception.Code);
        Assert.Contains("9 of 10 rows were rejected", exception.Message, StringComparison.Ordinal);
        Assert.Contains("line 2: expected 2 cells, found 1", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("line 7:", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Half_of_the_rows_may_be_bad()
    {
        var import = await ReadAsync("a,b\n1,2\n1\n3,4\n3");

        Assert.Equal((2, 2), (import.Table.RowCount, import.Rejected.Count));
    }

    private static Task<Imported> ReadAsync(string csv) => Importing.ReadAsync(csv);
}
