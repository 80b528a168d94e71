using System.Text;
using Skipper.Services.Data.Sources;
using Skipper.Services.Data.Sources.Declarations;
using Skipper.Services.Data.Sources.Mapping;
using Skipper.Services.Data.Tables;

namespace Skipper.Services.Data.Tests.Sources;

public sealed class RecordMapperTests
{
    private static readonly DateTimeOffset Now = new(2024, 6, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("type: number, from: v", "1.5", 1.5)]
    [InlineData("type: number, from: v", "\" 1.5 \"", 1.5)]
    [InlineData("type: number, from: v", "\"9999.9\"", double.NaN)]
    [InlineData("type: number, from: v", "9999.9", double.NaN)]
    [InlineData("type: number, from: v", "null", double.NaN)]
    [InlineData("type: number, from: v, unit: Cel, given: '[degF]'", "140", 60)]
    [InlineData("type: number, from: v, unit: Cel, unit_from: u", "140", 60)]
    [InlineData("type: number, from: v, unit: '1', given: '%'", "55", 0.55)]
    [InlineData("type: number, from: v, unit: m/s, match: '^(?<value>\\d+)( to (?<to>\\d+))? (?<unit>mph)$'", "\"5 to 10 mph\"", 3.3528)]
    [InlineData("type: number, from: v, words: { calm: 0 }", "\"calm\"", 0)]
    [InlineData("type: integer, from: v", "7", 7)]
    public void A_value_is_read_in_the_unit_of_its_column(string column, string value, double expected)
    {
        var (batch, findings) = Map(column, $$"""[{"v":{{value}},"u":"wmoUnit:degF"}]""");

        Assert.Empty(findings);
        Assert.Equal(expected, batch.Numbers(0)[0], 1e-12);
    }

    [Theory]
    [InlineData("type: timestamp, from: v", "1704700800", "2024-01-08T08:00:00Z")]
    [InlineData("type: timestamp, from: v", "\"2024-01-08T08:00:00+01:00\"", "2024-01-08T07:00:00Z")]
    [InlineData("type: timestamp, from: v", "\"2024-01-08\"", "2024-01-08T00:00:00Z")]
    [InlineData("type: timestamp, from: v, offset_from: o", "\"2024-01-08T08:00\"", "2024-01-08T07:00:00Z")]
    [InlineData("type: timestamp, from: v, zone: Europe/Berlin", "\"2024-07-08T08:00\"", "2024-07-08T06:00:00Z")]
    [InlineData("type: timestamp, from: v, format: dd.MM.yyyy HH:mm, zone: Europe/Berlin", "\"08.01.2024 08:00\"", "2024-01-08T07:00:00Z")]
    public void A_time_is_read_as_the_provider_means_it(string column, string value, string expected)
    {
        var (batch, findings) = Map(column, $$"""[{"v":{{value}},"o":3600}]""");

        Assert.Empty(findings);
        Assert.Equal(DateTimeOffset.Parse(expected, null), DateTimeOffset.UnixEpoch.AddMicroseconds(batch.Times(0)[0]));
    }

    [Theory]
    [InlineData("type: number, from: v", "\"warm\"", "expected a number, found warm")]
    [InlineData("type: number, from: v", "1e400", "expected a number, found 1e400")]
    [InlineData("type: number, from: v", "\"NaN\"", "expected a number, found NaN")]
    [InlineData("type: number, from: v", "[1]", "expected a single value, found [1]")]
    [InlineData("type: integer, from: v", "1.5", "expected a whole number, found 1.5")]
    [InlineData("type: number, from: v, unit: Cel, unit_from: u", "5", "expected a unit that can be converted to Cel, found 'bananas'")]
    [InlineData("type: number, from: v, match: '^(?<value>\\d+) mph$'", "\"fast\"", "expected a text like")]
    [InlineData("type: timestamp, from: v", "\"03/04/2024\"", "expected a time in ISO 8601 or Unix seconds, found 03/04/2024")]
    [InlineData("type: timestamp, from: v", "1e300", "expected Unix seconds, found 1e300")]
    [InlineData("type: timestamp, from: v, zone: Europe/Berlin", "\"2024-03-31T02:30\"", "expected a time that exists in Europe/Berlin")]
    [InlineData("type: number, from: missing, required: true", "5", "expected a value, found none")]
    public void A_value_that_cannot_be_read_is_found_and_the_other_rows_are_kept(string column, string value, string expected)
    {
        var (batch, findings) = Map(column, $$"""[{"v":{{value}},"u":"bananas"},{"v":null,"missing":1}]""");

        Assert.Equal(2, batch.Count);
        var finding = Assert.Single(findings, finding => finding.Row == 0);
        Assert.StartsWith(expected, finding.Reason, StringComparison.Ordinal);
        Assert.Equal(["c"], finding.Columns);
    }

    [Fact]
    public void A_record_that_is_none_is_found()
    {
        var (_, findings) = Map("from: v", """[{"v":"a"},["x","y","z"],"{broken"]""");

        Assert.Equal([1, 2], findings.Select(finding => finding.Row));
        Assert.Equal("expected a record with named fields, found [\"x\",\"y\",\"z\"]", findings[0].Reason);
    }

    [Theory]
    [InlineData("""{"data":[]}""", "expected a list of records at 'rows', found undefined")]
    [InlineData("""{"rows":5}""", "expected a list of records at 'rows', found number")]
    [InlineData("""{"rows":[{"renamed":1}]}""", "no record has a value for c, expected in v")]
    public void An_answer_that_changed_its_shape_is_refused_as_a_whole(string json, string expected)
    {
        var exception = Assert.Throws<ShapeException>(() => Map("type: number, from: v, required: true", json, "records: { path: rows }"));

        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lists_side_by_side_may_differ_in_length()
    {
        var (batch, findings) = Map(
            "type: number, from: v, required: true", """{"h":{"v":[1,2],"w":[1,2,3]}}""", "records: { path: h, layout: columns }");

        Assert.Equal(3, batch.Count);
        Assert.Equal(2, Assert.Single(findings).Row);
    }

    [Fact]
    public void Batches_are_no_larger_than_their_capacity()
    {
        var declaration = Declare("type: number, from: v", "");
        var json = $"[{string.Join(',', Enumerable.Range(0, 25).Select(i => $$"""{"v":{{i}}}"""))}]";
        var (_, root, _) = SourcePage.Parse(Encoding.UTF8.GetBytes(json));
        var mapper = new RecordMapper(declaration, capacity: 10);

        var sizes = mapper.Map(root, declaration.Items[0], Now, 1).Select(batch => (batch.Count, batch.Lines[0])).ToList();

        Assert.Equal([(10, 1L), (10, 11L), (5, 21L)], sizes);
    }

    private static (RowBatch Batch, IReadOnlyList<Finding> Findings) Map(string column, string json, string records = "")
    {
        var declaration = Declare(column, records);
        var (_, root, _) = SourcePage.Parse(Encoding.UTF8.GetBytes(json));
        var mapper = new RecordMapper(declaration);
        foreach (var batch in mapper.Map(root, declaration.Items[0], Now, 1))
        {
            var copy = new RowBatch(batch.Schema, batch.Capacity) { Count = batch.Count };
            Array.Copy(batch.Lines, copy.Lines, batch.Count);
            if (batch.Schema.Columns[0].Kind is ColumnKind.Timestamp)
            {
                batch.Times(0).AsSpan(0, batch.Count).CopyTo(copy.Times(0));
            }
            else if (batch.Schema.Columns[0].Kind is not ColumnKind.Text)
            {
                batch.Numbers(0).AsSpan(0, batch.Count).CopyTo(copy.Numbers(0));
            }

            return (copy, mapper.Findings.All);
        }

        throw new InvalidOperationException("There is no batch.");
    }

    private static SourceDeclaration Declare(string column, string records) => DeclarationReader.Read($$"""
        name: test
        kind: file
        table: test
        columns:
          c: { {{column}} }
          k: { value: k }
        key: [k]
        {{(records.Length > 0 ? records.Replace("records: {", "records: { missing: ['9999.9'],", StringComparison.Ordinal) : "records: { missing: ['9999.9'] }")}}
        """);
}
