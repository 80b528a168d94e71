using Skipper.Services.Data.Profiles;
using Skipper.Shared.Storage.Pages;

namespace Skipper.Services.Data.Reports;

/// <summary>The most frequent texts as bars, with a mark where each was in a reference.</summary>
internal static class CategoryPlot
{
    private const int Shown = 6;
    private const int LongestText = 200;

    public static Html Write(CategoryProfile texts, CategoryProfile? reference)
    {
        var total = Total(texts);
        var before = reference is null || Total(reference) == 0 ? null : reference;
        var top = Math.Max(
            (double)texts.Categories[0].Count / total,
            before is null ? 0 : texts.Categories.Take(Shown).Max(category => Share(before, category.Text)));
        var list = new Html().AddRaw("<ul class=\"categories\">");
        foreach (var (text, count) in texts.Categories.Take(Shown))
        {
            var share = (double)count / total;
            var shown = text.Length <= LongestText ? text : text[..LongestText] + "\u2026";
            list.Add($"<li title=\"{text}: {count}\"><span>{shown}</span><b>{100 * share} %</b>")
                .Add($"<div><i style=\"width:{PlotText.Coordinate(100 * share / top)}%\"></i>");
            if (before is not null)
            {
                list.Add($"<em style=\"left:{PlotText.Coordinate(100 * Share(before, text) / top)}%\"></em>");
            }

            list.AddRaw("</div></li>");
        }

        list.AddRaw("</ul>");
        var more = texts.Distinct is { } distinct ? distinct - Shown : -1;
        return more == 0 || (more < 0 && texts.Distinct is not null) ? list
            : more > 0 ? list.Add($"<p class=\"facts\">and {more} more</p>")
            : list.Add($"<p class=\"facts\">and more than {CategoryCounts.Capacity - Shown} more</p>");
    }

    private static long Total(CategoryProfile texts) => texts.Categories.Sum(category => category.Count) + texts.Other;

    private static double Share(CategoryProfile texts, string text) =>
        (double)texts.Categories.FirstOrDefault(category => category.Text == text).Count / Total(texts);
}
