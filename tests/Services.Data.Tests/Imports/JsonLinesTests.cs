using Skipper.Services.Data.Tables;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Tests.Imports;

public sealed class JsonLinesTests
{
    [Fact]
    public async Task Objects_become_rows_whatever_the_order_of_their_keys()
    {
        var import = await Importing.ReadAsync("""
            {"Station":"a","n":1,"ok":true,"place":{"lat":41.5,"tags":["x", {"y":1}]}}

            {"n":2.5,"station":"b \"q\" \u00e9","note":"late","place":{"lat":null}}
            {"place":{"tags":[],"lat":-3},"n":"","station":null,"ok":false}
            """.Replace("\n", "\r\n"));

        Assert.Empty(import.Rejected);
        Assert.Equal(
            ["station:text", "n:number", "ok:text", "place.lat:number", "place.tags:text", "note:text"],
            import.Table.Columns.Select(column => $"{column.Name}:{column.Type}"));
        Assert.Equal(["a", "b \"q\" é", null], import.Texts(0));
        Assert.Equal([1, 2.5, double.NaN], import.Numbers(1));
        Assert.Equal(["true", null, "false"], import.Texts(2));
        Assert.Equal([41.5, double.NaN, -3], import.Numbers(3));
        Assert.Equal(["[\"x\", {\"y\":1}]", null, "[]"], import.Texts(4));
        Assert.Equal([null, "late", null], import.Texts(5));
    }

    [Fact]
    public async Task A_number_in_quotes_is_text()
    {
        var import = await Importing.ReadAsync("""
            {"zip":"01067","n":1}
            {"zip":"10115","n":2}
            """);

        Assert.Equal(["01067", "10115"], import.Texts(0));
        Assert.Equal("integer", import.Table.Columns[1].Type);
    }

    [Fact]
    public async Task Bad_lines_are_set_aside_with_their_reasons()
    {
        var deep = string.Concat(Enumerable.Repeat("{\"a\":", 40)) + "1" + new string('}', 40);
        var good = string.Join('\n', Enumerable.Range(0, 10).Select(i => $$"""{"a":{{i}},"b":"x"}"""));

        var import = await Importing.ReadAsync($$"""
            {{good}}
            {"a":1
            [1,2]
            {"a":1,"A":2}
            {"a":1e400}
            {"b":"\ud800"}
            {{deep}}
            {"a":1} {"a":2}
            {}
            {"a":"seven"}
            """);

        Assert.Equal(10, import.Table.RowCount);
        Assert.Equal(Enumerable.Range(11, 9), import.Rejected.Select(row => row.Line));
        string[] reasons =
        [
            "this is not JSON", "expected a JSON object", "'a' is there twice", "a: expected a finite number, found '1e400'",
            "half of a character", "this is not JSON", "not JSON", "every cell is empty", "a: expected a number, found 'seven'",
        ];
        Assert.All(reasons.Zip(import.Rejected), pair => Assert.Contains(pair.First, pair.Second.Reason, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Keys_that_never_repeat_are_refused()
    {
        var exception = await Assert.ThrowsAsync<MeshException>(() => Importing.ReadAsync(
            string.Join('\n', Enumerable.Range(0, 3_000).Select(i => $$"""{"key{{i}}":1}"""))));

        Assert.Equal(ErrorCode.InvalidArgument, exception.Code);
        Assert.Contains("more than 2000 different keys", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Times_with_a_zone_and_dates_are_timestamps_and_times_without_are_text()
    {
        var import = await Importing.ReadAsync(
            "zoned,date,local,mixed\n"
            + "2026-01-02T03:04:05Z,2026-01-02,2026-01-02T03:04,2026-01-02\n"
            + "2026-01-02 05:04:05.25+02:00,,2026-01-02T03:05,soon\n"
            + "2026-01-01T22:04-0500,1969-12-31,2026-01-02T03:06,\n");

        Assert.Equal(["timestamp", "timestamp", "text", "text"], import.Table.Columns.Select(column => column.Type));
        Assert.Equal([1767323045000000, 1767323045250000, 1767323040000000], import.Times(0));
        Assert.Equal([1767312000000000, RowBatch.NoTime, -86400000000], import.Times(1));
    }

    [Theory]
    [InlineData("2026-02-29")]
    [InlineData("2026-13-01")]
    [InlineData("2026-01-01T24:00Z")]
    [InlineData("2026-01-01T12:00+24:00")]
    [InlineData("2026-01-01T12:00:61Z")]
    [InlineData("0001-01-01T00:00+01:00")]
    [InlineData("2026-01-01T12:00:00.Z")]
    [InlineData("2026-1-1")]
    public async Task What_is_no_time_is_text(string text)
    {
        var import = await Importing.ReadAsync($"n,t\n1,{text}\n2,{text}");

        Assert.Equal([text, text], import.Texts(1));
    }
}
