using Skipper.Services.Data.Drift;
using Skipper.Services.Data.Profiles;
using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Services.Data.Reports;

/// <summary>
/// A quality report as one page of HTML that needs nothing else: what was checked, what was found, what the columns look like and
/// how they differ from the version before.
/// </summary>
internal static class QualityPage
{
    /// <param name="report">What the suite found.</param>
    /// <param name="profile">The columns; null where there are none to show.</param>
    /// <param name="reference">The columns of the version that this one is compared with; null where there is none.</param>
    public static string Write(QualityReport report, TableProfile? profile = null, TableProfile? reference = null)
    {
        var title = $"{report.Dataset}{(report.Version is { } version ? $" version {version}" : "")}: data quality";
        var page = new Html()
            .Add($"<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>")
            .AddRaw("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">")
            .AddRaw("<style>").AddRaw(PageStyle.Css).AddRaw("</style></head><body><main>")
            .Add(Head(report))
            .Add(Totals(report.Statistics))
            .Add(CheckTable.Write(report.Checks));
        if (profile is not null)
        {
            page.Add(ColumnCards.Write(profile, reference, reference is null ? [] : DriftTest.Compare(reference, profile)));
        }

        return page.AddRaw("</main></body></html>\n").ToString();
    }

    /// <summary>A status by sign, word and color.</summary>
    public static Html Badge(string status)
    {
        var (kind, sign) = status switch
        {
            "pass" or "no drift" => ("good", "\u2713"),
            "warn" => ("warn", "!"),
            "fail" or "error" or "drift" => ("bad", "\u2717"),
            _ => ("quiet", "\u2013"),
        };
        return new Html().Add($"<span class=\"badge {kind}\"><b aria-hidden=\"true\">{sign}</b> {status}</span>");
    }

    private static Html Head(QualityReport report)
    {
        var published = report.Version is { } version ? $"published as version {version}" : "not published";
        return new Html().Add(
            $"<header><h1>{report.Dataset} {Badge(report.Status)}</h1><p>Suite <b>{report.Suite}</b>, {report.StartedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm", null)} UTC, {published}<br><small>Run {report.RunId}</small></p></header>");
    }

    private static Html Totals(QualityStatistics totals) => new Html()
        .AddRaw("<dl class=\"totals\">")
        .Add($"<div><dt>Rows</dt><dd>{totals.RowCount}</dd></div>")
        .Add($"<div><dt>Rejected</dt><dd>{totals.RejectedCount} <small>{totals.RejectedPercent} %</small></dd></div>")
        .Add($"<div><dt>Checks passed</dt><dd>{totals.SuccessfulChecks} <small>of {totals.EvaluatedChecks}</small></dd></div>")
        .AddRaw("</dl>");
}
