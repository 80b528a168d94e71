using System.Globalization;
using System.Text;
using Skipper.Services.Data.Datasets;
using Skipper.Services.Data.Profiles;
using Skipper.Shared.Storage.Pages;

namespace Skipper.Services.Data.Reports;

/// <summary>A histogram as bars, with that of a reference in the same bins as a line above them; heights are shares.</summary>
internal static class HistogramPlot
{
    private const double Width = 240;
    private const double Height = 72;

    public static Html Write(ColumnProfile column, NumberProfile numbers, NumberProfile? reference)
    {
        var bins = numbers.Histogram;
        double count = Math.Max(1, bins.Sum(bin => bin.Count));
        var shares = bins.Select(bin => bin.Count / count).ToList();
        var before = reference is { Distribution.Count: > 0 } ? Shares(reference.Distribution, bins) : null;
        var top = Math.Max(shares.Max(), before?.Max() ?? 0);
        var step = Width / bins.Count;
        var plot = new Html()
            .Add($"<svg viewBox=\"0 0 {PlotText.Coordinate(Width)} {PlotText.Coordinate(Height)}\" ")
            .Add($"role=\"img\" aria-label=\"Histogram of {column.Name}\">");
        for (var bin = 0; bin < bins.Count; bin++)
        {
            var height = shares[bin] == 0 ? 0 : Math.Max(1, shares[bin] / top * Height);
            var range = $"{Label(column, numbers, bins[bin].From)} to {Label(column, numbers, bins[bin].To)}";
            plot.Add($"<rect class=\"bar\" x=\"{PlotText.Coordinate((bin * step) + 0.5)}\" y=\"{PlotText.Coordinate(Height - height)}\" ")
                .Add($"width=\"{PlotText.Coordinate(step - 1)}\" height=\"{PlotText.Coordinate(height)}\" rx=\"1\">")
                .Add($"<title>{range}: {bins[bin].Count}</title></rect>");
        }

        if (before is not null)
        {
            plot.Add($"<path class=\"before\" d=\"{Steps(before, top, step)}\"/>");
        }

        return plot
            .AddRaw("</svg>")
            .Add($"<p class=\"axis\"><span>{Label(column, numbers, numbers.Minimum!.Value)}</span>")
            .Add($"<span>{Label(column, numbers, numbers.Maximum!.Value)}</span></p>");
    }

    /// <summary>Of a reference in these bins; what is beyond them counts for the outermost.</summary>
    private static List<double> Shares(WeightedValues distribution, IReadOnlyList<HistogramBin> bins)
    {
        List<double> shares = [];
        var upTo = 0.0;
        for (var bin = 0; bin < bins.Count; bin++)
        {
            var next = bin == bins.Count - 1 ? 1 : distribution.ShareUpTo(bins[bin].To);
            shares.Add(next - upTo);
            upTo = next;
        }

        return shares;
    }

    private static string Steps(List<double> shares, double top, double step)
    {
        var path = new StringBuilder();
        for (var bin = 0; bin < shares.Count; bin++)
        {
            var y = PlotText.Coordinate(Height - (shares[bin] / top * (Height - 1)));
            path.Append(CultureInfo.InvariantCulture, $"{(bin == 0 ? "M" : "L")}{PlotText.Coordinate(bin * step)} {y}");
            path.Append(CultureInfo.InvariantCulture, $"H{PlotText.Coordinate((bin + 1) * step)}");
        }

        return path.ToString();
    }

    private static Html Label(ColumnProfile column, NumberProfile numbers, double value) => column.Type is ColumnTypes.Timestamp
        ? new Html().Add($"{PlotText.Time(value, numbers.Maximum!.Value - numbers.Minimum!.Value)}")
        : new Html().Add($"{value}");
}
