using System.Xml.Linq;
using Skipper.Services.Data.Profiles;
using Skipper.Services.Data.Reports;
using Skipper.Services.Data.Splits;
using Skipper.Services.Data.Tables;
using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Services.Data.Tests.Reports;

public sealed class QualityPageTests
{
    private const string Nasty = "<script>alert(\"{0}\")</script> & 'more'";

    private static readonly TableSchema Schema = new(
    [
        new("temperature", ColumnKind.Number), new("sky", ColumnKind.Text), new("time", ColumnKind.Timestamp),
        new("constant", ColumnKind.Integer), new("empty", ColumnKind.Number),
    ]);

    [Fact]
    public void It_is_well_formed_whatever_the_data_say()
    {
        var page = Write(Profile(2000, 0, Nasty), Profile(2000, 8, "sun"), Nasty);

        var document = Parse(page);
        Assert.Empty(document.Descendants("script"));
        Assert.Equal(2, document.Descendants("li").Count(item => item.Value.Contains(Nasty, StringComparison.Ordinal)));
        Assert.Contains(document.Descendants("td"), cell => cell.Value.StartsWith(Nasty, StringComparison.Ordinal));
        Assert.DoesNotContain("http", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_column_has_a_card_with_a_plot_of_what_it_holds()
    {
        var document = Parse(Write(Profile(2000, 0, "sun"), null, "range"));

        var cards = document.Descendants("section").ToList();
        Assert.Equal(["temperature number", "sky text", "time timestamp", "constant integer", "empty number"], cards.Select(card => card.Element("h3")!.Value));
        Assert.Equal([24, 0, 24, 1, 0], cards.Select(card => card.Descendants("rect").Count()));
        Assert.Empty(document.Descendants("path"));
        var heights = cards[0].Descendants("rect").Select(bar => double.Parse(bar.Attribute("height")!.Value, null)).ToList();
        Assert.Equal(72, heights.Max(), 1e-9);
        Assert.Contains("No values", cards[4].Value, StringComparison.Ordinal);
        Assert.Contains("2024-01-01", cards[2].Value, StringComparison.Ordinal);
    }

    [Fact]
    public void What_has_drifted_is_said_and_what_has_not_too()
    {
        var cards = Parse(Write(Profile(2000, 0, "sun"), Profile(2000, 8, "sun"), "range")).Descendants("section").ToList();

        Assert.Contains("drift", Badge(cards[0]), StringComparison.Ordinal);
        Assert.Contains("wasserstein", cards[0].Value, StringComparison.Ordinal);
        Assert.Contains("no drift", Badge(cards[1]), StringComparison.Ordinal);
        Assert.Single(cards[0].Descendants("path"));
    }

    [Fact]
    public void Failed_checks_stand_first()
    {
        var rows = Parse(Write(null, null, "range")).Descendants("tbody").Single().Elements("tr").ToList();

        Assert.Equal(["\u2717 fail", "", "! warn", "\u2713 pass"], rows.Select(row => row.Elements("td").First().Value));
        Assert.Contains("Line 7: expected at most 60, found 99", rows[1].Value, StringComparison.Ordinal);
    }

    private static string Badge(XElement card) =>
        card.Descendants("span").Single(span => span.Attribute("class")?.Value.StartsWith("badge", StringComparison.Ordinal) is true).Value;

    /// <summary>The page is XML but for its first line and three tags that are never closed.</summary>
    private static XDocument Parse(string page) => XDocument.Parse(page
        .Replace("<!doctype html>", "", StringComparison.Ordinal)
        .Replace("<br>", "<br/>", StringComparison.Ordinal)
        .Replace("<meta charset=\"utf-8\">", "", StringComparison.Ordinal)
        .Replace("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">", "", StringComparison.Ordinal));

    private static string Write(TableProfile? profile, TableProfile? reference, string check) => QualityPage.Write(
        "stations",
        null,
        new QualityReport
        {
            RunId = "0198c0de",
            Suite = "weather",
            Dataset = "stations",
            StartedAt = new DateTimeOffset(2024, 5, 6, 7, 8, 9, TimeSpan.Zero),
            Status = "fail",
            Checks =
            [
                Check("complete", "completeness", "pass", 0, "at most 5 % missing", "0.4 % missing"),
                Check("fresh", "freshness", "warn", 0, "at most 2 days old", "3.1 days old"),
                Check(check, "range", "fail", 37, "-60 to 60", "-71 to 99") with
                {
                    Columns = ["temperature"],
                    Sample = [new QualitySample(7, "expected at most 60, found 99"), new QualitySample(12, check)],
                },
            ],
            Statistics = new QualityStatistics
            {
                RowCount = 2037,
                RejectedCount = 37,
                RejectedPercent = 1.816,
                EvaluatedChecks = 3,
                SuccessfulChecks = 2,
                UnsuccessfulChecks = 1,
            },
        },
        profile,
        reference);

    private static QualityCheck Check(string name, string type, string status, long unexpected, string threshold, string observed) => new()
    {
        Name = name,
        Type = type,
        Severity = "error",
        Status = status,
        Threshold = threshold,
        Observed = observed,
        ElementCount = 2037,
        UnexpectedCount = unexpected,
        UnexpectedPercent = 100.0 * unexpected / 2037,
    };

    private static TableProfile Profile(int rows, double shift, string sky)
    {
        string[] skies = [sky, sky, "rain", "cloudy, then rain and later in the night some snow", "fog", "hail", "snow", "wind"];
        var random = new SplitMix64(3);
        var batch = new RowBatch(Schema, rows) { Count = rows };
        for (var row = 0; row < rows; row++)
        {
            // The sum of four uniform numbers: a hill.
            var hill = Enumerable.Range(0, 4).Sum(_ => (random.Next() >> 11) * Math.Pow(2, -53));
            batch.Numbers(0)[row] = row % 50 == 0 ? double.NaN : (hill * 10) + shift;
            batch.Texts(1)[row] = skies[random.Next() % (ulong)skies.Length];
            batch.Times(2)[row] = 1_704_067_200_000_000 + (row * 3_600_000_000L);
            batch.Numbers(3)[row] = 5;
            batch.Numbers(4)[row] = double.NaN;
        }

        var profiler = new TableProfiler(Schema);
        profiler.Add(batch);
        return profiler.Finish();
    }
}
