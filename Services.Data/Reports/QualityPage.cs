using System.Globalization;
using Skipper.Services.Data.Drift;
using Skipper.Services.Data.Profiles;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Storage.Pages;

namespace Skipper.Services.Data.Reports;

/// <summary>
/// A quality report as one page of HTML that needs nothing else: what was checked, what was found, what the columns look like and
/// how they differ from the version before.
/// </summary>
internal static class QualityPage
{
    /// <param name="dataset">Dataset name.</param>
    /// <param name="version">The version; null where none was published.</param>
    /// <param name="report">What a suite found; null where none was asked.</param>
    /// <param name="profile">The columns; null where there are none to show.</param>
    /// <param name="reference">The columns of the version that this one is compared with; null where there is none.</param>
    public static string Write(string dataset, int? version, QualityReport? report, TableProfile? profile, TableProfile? reference)
    {
        var name = version is null ? dataset : $"{dataset} version {version}";
        var page = new Html()
            .Add($"<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{name}: data quality</title>")
            .AddRaw("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">")
            .AddRaw("<style>").AddRaw(PageStyle.Css).AddRaw("</style></head><body><main>");
        if (report is not null)
        {
            page.Add($"<header><h1>{name} {Badge(report.Status)}</h1>{Subtitle(report)}</header>")
                .Add(Totals(report.Statistics))
                .Add(CheckTable.Write(report.Checks));
        }
        else
        {
            page.Add($"<header><h1>{name}</h1><p>{profile?.RowCount ?? 0} rows, checked by no suite</p></header>");
        }

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

    private static Html Subtitle(QualityReport report)
    {
        var published = report.Version is { } version ? $"published as version {version}" : "not published";
        var time = report.StartedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        return new Html().Add(
            $"<p>Suite <b>{report.Suite}</b>, {time} UTC, {published}<br><small>Run {report.RunId}</small></p>");
    }

    private static Html Totals(QualityStatistics totals) => new Html()
        .AddRaw("<dl class=\"totals\">")
        .Add($"<div><dt>Rows</dt><dd>{totals.RowCount}</dd></div>")
        .Add($"<div><dt>Rejected</dt><dd>{totals.RejectedCount} <small>{totals.RejectedPercent} %</small></dd></div>")
        .Add($"<div><dt>Checks passed</dt><dd>{totals.SuccessfulChecks} <small>of {totals.EvaluatedChecks}</small></dd></div>")
        .AddRaw("</dl>");
}
