using Skipper.Cli.Connections;
using Skipper.Cli.Predictions;

namespace Skipper.Cli.Tests.Predictions;

public sealed class CsvReaderTests
{
    [Fact]
    public void Quotes_hold_separators_line_breaks_and_quotes_together()
    {
        var reader = new CsvReader(new StringReader("a,b\r\n\"1,5\",\"x\n\"\"y\"\"\"\n\n,\n3,last"), ',');
        var rows = new List<(int Line, string Cells)>();
        while (reader.Read() is { } cells)
        {
            rows.Add((reader.Line, string.Join('|', cells)));
        }

        Assert.Equal([(1, "a|b"), (2, "1,5|x\n\"y\""), (5, "|"), (6, "3|last")], rows);
    }

    [Fact]
    public void A_quote_that_is_not_closed_is_an_error_with_its_line()
    {
        var reader = new CsvReader(new StringReader("a\n\"b"), ',');
        reader.Read();
        Assert.Contains("line 2", Assert.Throws<ApiException>(reader.Read).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_far_down_a_large_file_is_read_without_those_before()
    {
        // The reader must hand out each row as it goes, or a large file would be in memory as a whole.
        using var text = new EndlessCsv(100_000);
        var reader = new CsvReader(text, ',');
        var count = 0;
        while (reader.Read() is [_, _])
        {
            count++;
            Assert.True(text.Taken - count < 2, "The reader is ahead of its caller.");
        }

        Assert.Equal(100_000, count);
    }

    /// <summary>Counts the rows that were taken from it.</summary>
    private sealed class EndlessCsv(int rows) : TextReader
    {
        private const string Row = "1,2\n";
        private int _place;

        public int Taken => _place / Row.Length;

        public override int Peek() => Taken == rows ? -1 : Row[_place % Row.Length];

        public override int Read() => Taken == rows ? -1 : Row[_place++ % Row.Length];
    }
}
