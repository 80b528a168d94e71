using System.Text;
using Skipper.Services.Data.Standards;
using Skipper.Services.Data.Tables;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Tests.Standards;

public sealed class StandardizerTests
{
    private const string Text = """
        name: rooms
        missing: [NA]
        columns:
          - { name: room, from: [room, place], required: true }
          - { name: kind, categories: { living: living, "living room": living, bed: bedroom } }
          - { name: area_m2, from: area, type: number, unit: m2, source_unit: "[sft_i]" }
          - { name: floor, type: integer }
          - { name: seen, type: timestamp, format: yyyy-MM-dd, zone: Etc/UTC }
        """;

    private static readonly Standard Rooms = StandardReader.Read(Encoding.UTF8.GetBytes(Text));

    [Fact]
    public void Cells_become_canonical_values()
    {
        var (rows, findings) = Apply("place kind area floor seen", " hall | living room | 100 | 2 | 2026-02-03 ");

        Assert.Empty(findings);
        Assert.Equal(("hall", "living"), (rows.Texts(0)[0], rows.Texts(1)[0]));
        Assert.Equal(9.290304, rows.Numbers(2)[0], 1e-12);
        Assert.Equal(2, rows.Numbers(3)[0]);
        Assert.Equal(new DateTimeOffset(2026, 2, 3, 0, 0, 0, TimeSpan.Zero), DateTimeOffset.UnixEpoch.AddTicks(rows.Times(4)[0] * 10));
    }

    [Fact]
    public void Every_rule_that_a_row_breaks_is_found()
    {
        var (rows, findings) = Apply("place kind area floor seen", "|garage|many|1.5|2026-02-31");

        Assert.Equal(
            [
                "missing_value place: expected a value, found nothing",
                "unknown_category kind: expected one of the declared categories, found 'garage'",
                "not_a_number area: expected a number such as -1.5 or 2e3, found 'many'",
                "not_a_number floor: expected a whole number, found '1.5'",
                "not_a_time seen: expected a time as yyyy-MM-dd that exists once in Etc/UTC, found '2026-02-31'",
            ],
            findings.Select(finding => $"{finding.Check} {finding.Reason}"));
        Assert.All(Enumerable.Range(0, 5), column => Assert.True(rows.IsMissing(column, 0)));
    }

    [Fact]
    public void Optional_values_may_be_missing()
    {
        var (rows, findings) = Apply("place kind area floor seen", "hall||na||", "attic|bed||NA|");

        Assert.Empty(findings);
        Assert.All(Enumerable.Range(2, 3), column => Assert.True(rows.IsMissing(column, 0) && rows.IsMissing(column, 1)));
    }

    [Fact]
    public void Columns_that_the_source_does_not_have_are_missing_unless_they_are_required()
    {
        var (rows, findings) = Apply("room", "hall");

        Assert.Empty(findings);
        Assert.True(rows.IsMissing(2, 0));
        Assert.Contains(
            "room or place", Assert.Throws<MeshException>(() => Apply("area", "1")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_batch_leaves_nothing_behind_for_the_next()
    {
        var source = Source("room area");
        var standardizer = new Standardizer(Rooms, source);
        var (raw, rows, findings) = (new RowBatch(source, 2), new RowBatch(standardizer.Schema, 2), new Findings());
        Fill(raw, "hall|1", "|x");
        standardizer.Apply(raw, rows, findings);
        Assert.Equal(2, findings.All.Count);

        findings.Clear();
        Fill(raw, "attic|");
        standardizer.Apply(raw, rows, findings);

        Assert.Empty(findings.All);
        Assert.Equal((1, "attic", true), (rows.Count, rows.Texts(0)[0], rows.IsMissing(2, 0)));
    }

    private static (RowBatch Rows, IReadOnlyList<Finding> Findings) Apply(string columns, params string[] lines)
    {
        var source = Source(columns);
        var standardizer = new Standardizer(Rooms, source);
        var (raw, rows, findings) = (new RowBatch(source), new RowBatch(standardizer.Schema), new Findings());
        Fill(raw, lines);
        standardizer.Apply(raw, rows, findings);
        return (rows, findings.All);
    }

    private static TableSchema Source(string columns) =>
        new([.. columns.Split(' ').Select(name => new ColumnSchema(name, ColumnKind.Text))]);

    private static void Fill(RowBatch raw, params string[] lines)
    {
        raw.Count = lines.Length;
        for (var row = 0; row < lines.Length; row++)
        {
            var cells = lines[row].Split('|');
            for (var column = 0; column < cells.Length; column++)
            {
                raw.Texts(column)[row] = cells[column];
            }
        }
    }
}
