using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Storage.Pages;

namespace Skipper.Services.Data.Reports;

/// <summary>The checks of a report, those that failed first.</summary>
internal static class CheckTable
{
    private static readonly string[] Order = ["error", "fail", "warn", "pass"];

    public static Html Write(IReadOnlyList<QualityCheck> checks)
    {
        var table = new Html().AddRaw(
            "<h2>Checks</h2><div class=\"scroll\"><table><thead><tr><th>Result</th><th>Check</th><th>Columns</th>"
            + "<th>Expected</th><th>Found</th><th class=\"number\">Not as expected</th></tr></thead><tbody>");
        foreach (var check in checks.OrderBy(check => Array.IndexOf(Order, check.Status)))
        {
            var columns = check.Columns.Count == 0 ? "table" : string.Join(", ", check.Columns);
            table
                .Add($"<tr><td>{QualityPage.Badge(check.Status)}</td><td>{check.Name}<br><small>{check.Type}</small></td>")
                .Add($"<td>{columns}</td><td>{check.Threshold}</td><td>{check.Observed}</td>")
                .Add($"<td class=\"number\">{Unexpected(check)}</td></tr>");
            if (check.Sample.Count > 0)
            {
                table.Add($"<tr class=\"sample\"><td></td><td colspan=\"5\">{Sample(check)}</td></tr>");
            }
        }

        return table.AddRaw("</tbody></table></div>");
    }

    private static Html Unexpected(QualityCheck check) => check.ElementCount == 0
        ? new Html()
        : new Html()
            .Add($"{check.UnexpectedCount} <small>of {check.ElementCount}</small>")
            .Add($"<div class=\"share\" role=\"img\" aria-label=\"{check.UnexpectedPercent} percent\">")
            .Add($"<i style=\"width:{PlotText.Coordinate(Math.Clamp(check.UnexpectedPercent, 0, 100))}%\"></i></div>");

    private static Html Sample(QualityCheck check)
    {
        var rows = check.UnexpectedCount > check.Sample.Count
            ? $"the first {check.Sample.Count} of {check.UnexpectedCount}"
            : $"{check.Sample.Count}";
        var list = new Html().Add($"<details><summary>Rows: {rows}</summary><ul>");
        foreach (var (line, reason) in check.Sample)
        {
            list.Add($"<li>Line {line}: {reason}</li>");
        }

        return list.AddRaw("</ul></details>");
    }
}
