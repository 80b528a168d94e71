using System.Globalization;
using System.Text;
using Skipper.Services.Data.Quality;
using Skipper.Services.Data.Tables;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Testing;

namespace Skipper.Services.Data.Tests.Quality;

/// <summary>Each kind of check, on a small table: which rows it finds, and how its report reads.</summary>
public sealed class CheckTests
{
    private static readonly TableSchema Schema = new(
    [
        new("station", ColumnKind.Text), new("time", ColumnKind.Timestamp), new("value", ColumnKind.Number), new("other", ColumnKind.Number),
    ]);

    private readonly ManualTime _time = new();

    [Theory]
    [InlineData("{ type: not_null, column: value }", "2")]
    [InlineData("{ type: range, column: value, min: 1, max: 3 }", "4")]
    [InlineData("{ type: range, column: value, above: 1, below: 3 }", "1 3 4")]
    [InlineData("{ type: not_in_range, column: value, above: 1, max: 3 }", "3")]
    [InlineData("{ type: accepted_values, column: station, values: [A] }", "3 4")]
    [InlineData("{ type: accepted_values, column: value, values: [1, 3.0, \"3\"] }", "4")]
    [InlineData("{ type: regex, column: station, pattern: \"^[AB]$\" }", "4")]
    [InlineData("{ type: exists_in, column: station, dataset: stations, in_column: id }", "3 4")]
    [InlineData("{ type: unique, columns: [station] }", "2")]
    [InlineData("{ type: compare, left: value, is: \"<=\", right: other }", "4")]
    [InlineData("{ type: compare, left: value, is: \"==\", right: other, plus: -1 }", "3 4")]
    [InlineData("{ type: agreement, columns: [value, other], within: 1 }", "4")]
    [InlineData("{ type: agreement, columns: [other, value], within: 1, within_percent: 200 }", "")]
    [InlineData("{ type: agreement, columns: [value, other], within: 0.5, wraps_at: 6 }", "1")]
    [InlineData("{ type: increasing, column: time }", "3")]
    [InlineData("{ type: increasing, column: time, by: station }", "")]
    [InlineData("{ type: range, column: value, max: 0, when: { column: station, in: [B] } }", "3")]
    [InlineData("{ type: range, column: value, max: 0, severity: warn }", "")]
    public void A_check_finds_the_rows_that_break_it(string check, string lines)
    {
        var (findings, _) = Run($"name: s\nchecks:\n  - {check}", "A 0 1 2", "A 1 - 2", "B 0 3 3", "CC 2 9 3");

        Assert.Equal(lines, string.Join(' ', findings.Select(finding => finding.Row + 1)));
    }

    [Theory]
    [InlineData("{ type: row_count, min: 4, max: 4 }", "pass", "4 rows")]
    [InlineData("{ type: row_count, min: 5 }", "fail", "4 rows")]
    [InlineData("{ type: row_count, min: 5, severity: warn }", "warn", "4 rows")]
    [InlineData("{ type: row_count, max_change_percent: 50 }", "pass", "4 rows, -50 % against 8 before")]
    [InlineData("{ type: row_count, max_change_percent: 49 }", "fail", "4 rows, -50 % against 8 before")]
    [InlineData("{ type: freshness, column: time, max_age: 1h }", "pass", "newest 2026-01-02T02:04:05Z, 01:00:00 old")]
    [InlineData("{ type: freshness, column: time, max_age: 59m }", "fail", "newest 2026-01-02T02:04:05Z, 01:00:00 old")]
    [InlineData("{ type: agreement, column: other, by: station, match: time, within: 1 }", "pass", "0 of 1 further apart, on average 1, at most 1")]
    [InlineData("{ type: agreement, column: other, by: station, match: time, within: 0.9 }", "fail", "1 of 1 further apart, on average 1, at most 1")]
    [InlineData("{ type: agreement, column: other, by: station, match: value, within: 1 }", "pass", "0 of 0 further apart, on average 0, at most 0")]
    [InlineData("{ type: agreement, column: station, by: station, match: time, within: 1 }", "error", "Column 'station' holds text, expected number or integer.")]
    [InlineData("{ type: gaps, column: time, interval: 1h, max_missing: 1 }", "pass", "0 of 3 missing")]
    [InlineData("{ type: gaps, column: time, by: station, interval: 30m, max_missing: 1 }", "pass", "1 of 5 missing")]
    [InlineData("{ type: gaps, column: time, by: station, interval: 30m }", "fail", "1 of 5 missing")]
    [InlineData("{ type: gaps, column: time, interval: 1ms }", "fail", "7199998 of 7200001 missing")]
    [InlineData("{ type: schema, columns: { station: text, value: number } }", "pass", "as expected")]
    [InlineData("{ type: schema, columns: { value: text, humidity: number } }", "fail", "value (number), no humidity")]
    [InlineData("{ type: schema, columns: [station, time, value], strict: true }", "fail", "other too")]
    [InlineData("{ type: range, column: humidity, min: 0 }", "error", "There is no column 'humidity'. There are: station, time, value, other.")]
    [InlineData("{ type: range, column: station, min: 0 }", "error", "Column 'station' holds text, expected number or integer.")]
    [InlineData("{ type: compare, left: time, is: \"<\", right: time, plus: 3 }", "error", "'plus' must be a duration, because time is a time.")]
    [InlineData("{ type: exists_in, column: station, dataset: stations }", "error", "There is no dataset 'stations' with a column 'station' to look values up in.")]
    [InlineData("{ type: not_null, column: value, mostly: 0.75 }", "warn", "1 of 4 unexpected")]
    [InlineData("{ type: not_null, column: value, mostly: 0.76 }", "fail", "1 of 4 unexpected")]
    public void A_report_says_what_was_found(string check, string status, string observed)
    {
        var (_, report) = Run($"name: s\nchecks:\n  - {check}", "A 0 1 2", "A 1 - 2", "B 0 3 3", "CC 2 9 3");

        var found = Assert.Single(report.Checks);
        Assert.Equal((status, observed), (found.Status, found.Observed));
        Assert.Equal(status, report.Status);
    }

    [Fact]
    public void Groups_agree_with_the_first_and_each_counts_once()
    {
        var (_, report) = Run(
            "name: s\nchecks:\n  - { type: agreement, column: value, by: station, match: [time], within: 1, mostly: 0.5, severity: warn }",
            "A 0 1 2", "B 0 2 2", "B 0 9 2", "C 0 3 2", "A 1 5 2", "A 1 50 2", "- 1 5 2", "B 1 - 2");

        var check = Assert.Single(report.Checks);
        Assert.Equal(("pass", 2, 1), (check.Status, check.ElementCount, check.UnexpectedCount));
        Assert.Equal([new QualitySample(4, "value: expected within 1 of 1 in line 1, found 3 of 'C'")], check.Sample);
    }

    [Fact]
    public void Checks_over_the_table_look_at_accepted_rows_only()
    {
        var (_, report) = Run(
            "name: s\nmostly: 0\nchecks:\n  - { type: row_count, max: 3 }\n  - { type: not_null, column: value }", "A 0 1 2", "A 1 - 2", "B 0 3 3", "CC 2 9 3");

        Assert.Equal(["pass", "warn"], report.Checks.Select(check => check.Status));
        Assert.Equal((4, 1, 25.0), (report.Statistics.RowCount, report.Statistics.RejectedCount, report.Statistics.RejectedPercent));
    }

    [Fact]
    public void A_row_can_be_excused_by_what_was_found_before()
    {
        var (findings, _) = Run(
            """
            name: s
            checks:
              - { name: known, type: accepted_values, column: station, values: [A, B] }
              - { name: small, type: range, column: value, max: 5, unless: [known] }
              - { name: tiny, type: range, column: value, max: 1, unless: small }
            """,
            "A 0 9 2", "C 0 9 2", "B 0 3 2");

        Assert.Equal(
            [(1, "known"), (0, "small"), (1, "tiny"), (2, "tiny")],
            findings.Select(finding => (finding.Row, finding.Check)));
    }

    [Fact]
    public void A_repeated_key_says_whether_the_rows_agree()
    {
        var (findings, _) = Run("name: s\nchecks:\n  - { type: unique, columns: [station, time] }", "A 0 1 2", "A 0 1 2", "A 0 1 3", "A 1 1 2", "- 0 1 2", "- 0 1 2");

        Assert.Equal(
            [
                "station, time: expected each station, time once, found the key of line 1 again, identical",
                "station, time: expected each station, time once, found the key of line 1 again, conflicting",
            ],
            findings.Select(finding => finding.Reason));
    }

    [Fact]
    public void A_sample_of_the_report_is_small()
    {
        var rows = Enumerable.Range(0, 100).Select(_ => "A 0 9 2").ToArray();
        var (findings, report) = Run("name: s\nchecks:\n  - { type: range, column: value, max: 1 }", rows);

        Assert.Equal((100, 20), (findings.Count, report.Checks[0].Sample.Count));
        Assert.Equal(new QualitySample(1, "value: expected at most 1, found 9"), report.Checks[0].Sample[0]);
        Assert.Equal("fail", report.Status);
    }

    /// <summary>Rows as <c>station hour value other</c>; a dash is missing. The first hour is that of the clock minus three.</summary>
    private (IReadOnlyList<Finding> Findings, QualityReport Report) Run(string suite, params string[] rows)
    {
        var context = new RunContext
        {
            Schema = Schema,
            Time = _time,
            PreviousRowCount = 8,
            References = new Dictionary<(string, string), IReadOnlySet<string>> { [("stations", "id")] = new HashSet<string> { "A" } },
        };
        using var run = new SuiteRun(SuiteReader.Read(Encoding.UTF8.GetBytes(suite)), context);
        var (batch, findings) = (new RowBatch(Schema, rows.Length), new Findings());
        foreach (var row in rows)
        {
            Fill(batch, batch.Count++, row.Split(' '));
        }

        run.Check(batch, findings);
        return (findings.All, run.Finish("r", "d"));
    }

    private void Fill(RowBatch batch, int row, string[] cells)
    {
        static double Number(string cell) => cell == "-" ? double.NaN : double.Parse(cell, CultureInfo.InvariantCulture);
        var start = _time.GetUtcNow().AddHours(-3) - DateTimeOffset.UnixEpoch;
        batch.Lines[row] = row + 1;
        batch.Texts(0)[row] = cells[0] == "-" ? null : cells[0];
        batch.Times(1)[row] = (start + TimeSpan.FromHours(Number(cells[1]))).Ticks / 10;
        batch.Numbers(2)[row] = Number(cells[2]);
        batch.Numbers(3)[row] = Number(cells[3]);
    }
}
