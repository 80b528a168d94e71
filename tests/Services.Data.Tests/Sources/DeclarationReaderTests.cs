using Skipper.Services.Data.Sources.Declarations;
using Skipper.Services.Data.Tests.Sources.Doubles;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Tests.Sources;

public sealed class DeclarationReaderTests
{
    private const string Good = """
        name: prices
        kind: json
        table: prices
        request:
          url: https://example.com/{market}?since={since_date}
        for_each: [{ market: a }, { market: b }]
        columns:
          market: { value: "{market}" }
          at: { type: timestamp, from: [at, time], required: true }
          price: { type: number, from: price }
        key: [market, at]
        cursor: { column: at, lag: 2h, start: "2024-01-01T00:00:00Z" }
        """;

    [Fact]
    public void A_declaration_is_read_with_its_defaults()
    {
        var source = DeclarationReader.Read(Good);

        Assert.Equal(("prices", "json", "prices"), (source.Name, source.Kind, source.Table));
        Assert.Equal(["a", "b"], source.Items.Select(item => item.Name));
        Assert.Equal(["market", "at"], source.Key);
        Assert.Equal(["at", "time"], source.Columns[1].From.Select(path => path.Text));
        Assert.Equal(TimeSpan.FromHours(2), source.Cursor!.Lag);
        Assert.Equal((5, 5.0, null), (source.Limits.Attempts, source.Limits.PerSecond, source.Limits.PerDay));
    }

    [Theory]
    [InlineData("kind: json", "kind: xml", "line 2, column 7: kind must be one of json, html, ftp, file, was 'xml'.")]
    [InlineData("table: prices", "tabel: prices", "line 3, column 1: The declaration has no 'tabel'; known are")]
    [InlineData("https://example.com/{market}", "https://{market}.example.com/", "line 5, column 3: The host of an address must be written out")]
    [InlineData("https://example.com", "file:///etc", "line 5, column 3: An address must begin with http://, https://")]
    [InlineData("?since={since_date}", "?since={sinc}", "Nothing gives a value for {sinc}")]
    [InlineData("{ market: b }", "{ market: a }", "line 6, column 27: The item a is there twice.")]
    [InlineData("{ market: b }", "{ place: b }", "line 6, column 27: Items must have the same names; the first has market.")]
    [InlineData("from: price }", "from: price, unit: furlong }", "unit must be one of Cel")]
    [InlineData("from: price }", "from: price, match: '(' }", "match is not a regular expression")]
    [InlineData("from: price }", "from: price, value: x }", "line 10, column 10: Column 'price' must have either 'from' or 'value'.")]
    [InlineData("price: { type", "ingested_at: { type", "line 10, column 16: Every table has a column ingested_at already")]
    [InlineData("key: [market, at]", "key: [market, price]", "Column 'price' is part of the key: give it required: true, or a value.")]
    [InlineData("key: [market, at]", "key: [markt]", "key names 'markt', which is not a column. Did you mean 'market'?")]
    [InlineData("column: at,", "column: price,", "cursor must name a column of type timestamp, found 'price'.")]
    [InlineData("lag: 2h", "lag: two", "line 12, column 28: lag must be a duration such as 5s")]
    [InlineData("name: prices", "name: &a prices", "line 1, column 7: Anchors and aliases are not supported")]
    [InlineData("name: prices", "name: ../prices", "name must match")]
    public void What_is_wrong_is_said_with_its_line(string old, string wrong, string expected)
    {
        var exception = Assert.Throws<MeshException>(
            () => DeclarationReader.Read(Good.Replace(old, wrong, StringComparison.Ordinal)));

        Assert.Equal(ErrorCode.InvalidArgument, exception.Code);
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_mistakes_are_said_at_once()
    {
        var exception = Assert.Throws<MeshException>(() => DeclarationReader.Read("name: UPPER\nkind: none\nrequest: 5\n"));

        var errors = exception.Details!.Value.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("line").GetInt32());
        Assert.Equal([1, 1, 1, 1, 2, 3, 3], errors);
    }

    [Fact]
    public async Task The_samples_are_right()
    {
        await using var provider = await ProviderDouble.StartAsync();
        foreach (var name in (string[])["open-meteo", "met-norway", "weather-gov"])
        {
            Assert.Equal(name, DeclarationReader.Read(provider.Sample(name)).Name);
        }
    }
}
