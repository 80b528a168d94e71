using System.Text.Json;
using System.Text.RegularExpressions;
using Skipper.Testing;

namespace Skipper.Services.Data.Tests.Quality;

/// <summary>The dirty file of the reference data, whose verdicts were made by a checker that is not ours.</summary>
public sealed class ReferenceVerdictTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(17)]
    [InlineData(8192)]
    public async Task The_reference_file_gets_exactly_the_verdicts_that_are_known(int capacity)
    {
        using var expected = JsonDocument.Parse(await File.ReadAllBytesAsync(
            ReferenceData.Find("quality/expected.json"), TestContext.Current.CancellationToken));
        var stations = await File.ReadAllLinesAsync(ReferenceData.Find("quality/stations.csv"), TestContext.Current.CancellationToken);
        await using var csv = File.OpenRead(ReferenceData.Find("quality/weather_dirty.csv"));

        var found = await CheckedCsv.ReadAsync(
            csv,
            WeatherSample.Standard,
            WeatherSample.Suite,
            WeatherSample.Context(stations.Skip(1).Select(line => line.Split(',')[0])),
            capacity);

        Assert.Equal(expected.RootElement.GetProperty("summary").GetProperty("records").GetInt32(), found.Lines.Count);
        var records = expected.RootElement.GetProperty("records").EnumerateArray().ToList();
        var lines = records.ToDictionary(record => record.GetProperty("record").GetInt32(), record => record.GetProperty("line").GetInt64());
        foreach (var record in records)
        {
            var line = record.GetProperty("line").GetInt64();
            Assert.Equal(Verdicts(record, lines), Verdicts(found, line));
            AssertCanonical(record, found.Canonical[line]);
        }

        var perRule = expected.RootElement.GetProperty("summary").GetProperty("per_rule");
        foreach (var rule in perRule.EnumerateObject())
        {
            Assert.Equal(
                rule.Value.GetInt32(),
                found.Report.Checks.Where(check => check.Name == rule.Name).Sum(check => check.UnexpectedCount));
        }

        Assert.Equal((300, 59), (found.Report.Statistics.RowCount, found.Report.Statistics.RejectedCount));
        Assert.Equal("warn", found.Report.Status);
    }

    /// <summary>Rule, columns, and of a repeated key what it repeats and how.</summary>
    private static List<string> Verdicts(JsonElement record, Dictionary<int, long> lines) =>
        [.. record.GetProperty("columns").EnumerateObject()
            .Select(rule => $"{rule.Name} {Columns(rule)} {Repeats(rule.Name, record, lines)}".TrimEnd())
            .Order(StringComparer.Ordinal)];

    private static string Columns(JsonProperty rule) => string.Join(
        ' ', rule.Value.EnumerateArray().Select(column => column.GetString()!.Replace(" fields", "", StringComparison.Ordinal)).Order(StringComparer.Ordinal));

    private static string Repeats(string rule, JsonElement record, Dictionary<int, long> lines)
    {
        if (rule != "R09_duplicate_key")
        {
            return "";
        }

        var kind = record.GetProperty("duplicate_kind").GetString() == "identical" ? "identical" : "conflicting";
        return $"{lines[record.GetProperty("duplicate_of_record").GetInt32()]} {kind}";
    }

    private static List<string> Verdicts(CheckedCsv found, long line)
    {
        if (!found.Findings.TryGetValue(line, out var findings))
        {
            return [];
        }

        return [.. findings
            .GroupBy(finding => finding.Rule)
            .Select(rule => $"{rule.Key} {Columns(rule)}".TrimEnd())
            .Order(StringComparer.Ordinal)];
    }

    private static string Columns(IGrouping<string, (string Rule, string Columns, string Reason)> rule) => rule.Key switch
    {
        "R01_column_count" => Regex.Match(rule.Single().Reason, "found ([0-9]+)").Groups[1].Value,
        "R09_duplicate_key" when Regex.Match(rule.Single().Reason, "of line ([0-9]+) again, ([a-z]+)") is { } match =>
            $"{Sorted(rule)} {match.Groups[1].Value} {match.Groups[2].Value}",
        _ => Sorted(rule),
    };

    private static string Sorted(IEnumerable<(string Rule, string Columns, string Reason)> findings) =>
        string.Join(' ', findings.SelectMany(finding => finding.Columns.Split(' ')).Distinct().Order(StringComparer.Ordinal));

    private static void AssertCanonical(JsonElement record, Dictionary<string, object> found)
    {
        if (!record.TryGetProperty("canonical", out var canonical))
        {
            return;
        }

        foreach (var column in canonical.EnumerateObject())
        {
            var value = found.GetValueOrDefault(column.Name);
            switch (column.Value.ValueKind)
            {
                case JsonValueKind.Null:
                    Assert.Null(value);
                    break;
                case JsonValueKind.Number:
                    Assert.Equal(column.Value.GetDouble(), (double)value!, 1e-6);
                    break;
                default:
                    Assert.Equal(column.Value.GetString(), value is DateTimeOffset time ? $"{time:yyyy-MM-dd'T'HH:mm:ss.FFFFFF}Z" : value);
                    break;
            }
        }
    }
}
