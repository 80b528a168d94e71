using Skipper.Services.Data.Datasets;
using Skipper.Services.Data.Drift;
using Skipper.Services.Data.Profiles;
using Skipper.Shared.Storage.Pages;

namespace Skipper.Services.Data.Reports;

/// <summary>A card for each column: how many values are missing, how the others are distributed, and how that has changed.</summary>
internal static class ColumnCards
{
    public static Html Write(TableProfile profile, TableProfile? reference, IReadOnlyList<DriftMeasure> drift)
    {
        var cards = new Html().AddRaw("<h2>Columns</h2>");
        if (reference is not null)
        {
            cards.AddRaw(
                "<p class=\"legend\"><i class=\"now\"></i> this version <i class=\"before\"></i> the reference, as shares</p>");
        }

        cards.AddRaw("<div class=\"cards\">");
        foreach (var column in profile.Columns)
        {
            cards.Add(Card(column, reference?.Find(column.Name), drift.FirstOrDefault(measure => measure.Column == column.Name)));
        }

        return cards.AddRaw("</div>");
    }

    private static Html Card(ColumnProfile column, ColumnProfile? reference, DriftMeasure? drift)
    {
        var missing = column.RowCount == 0 ? 0 : 100.0 * column.MissingCount / column.RowCount;
        var card = new Html()
            .Add($"<section><h3>{column.Name} <small>{column.Type}</small></h3>")
            .Add($"<p class=\"missing\">{column.MissingCount} missing <small>{missing} %</small></p>");
        if (column.Numbers is { Histogram.Count: > 0 } numbers)
        {
            card.Add(HistogramPlot.Write(column, numbers, reference?.Numbers)).Add(Facts(column, numbers));
        }
        else if (column.Texts is { Categories.Count: > 0 } texts)
        {
            card.Add(CategoryPlot.Write(texts, reference?.Texts));
        }
        else
        {
            card.AddRaw("<p class=\"missing\">No values</p>");
        }

        if (drift is not null)
        {
            var verdict = drift.Verdict switch
            {
                DriftVerdict.Drift => "drift",
                DriftVerdict.Warn => "warn",
                DriftVerdict.None => "no drift",
                _ => "too few rows",
            };
            card.Add($"<p class=\"drift\">{QualityPage.Badge(verdict)} <small>{drift.Reason}</small></p>");
        }

        return card.AddRaw("</section>");
    }

    private static Html Facts(ColumnProfile column, NumberProfile numbers)
    {
        if (column.Type is ColumnTypes.Timestamp)
        {
            return new Html();
        }

        var median = numbers.Quantiles.First(quantile => quantile.Share == 0.5).Value;
        return new Html()
            .Add($"<p class=\"facts\"><span>mean <b>{numbers.Mean}</b></span> <span>std <b>{numbers.StandardDeviation}</b></span> ")
            .Add($"<span>median <b>{median}</b></span></p>");
    }
}
