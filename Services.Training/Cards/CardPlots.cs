using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Storage.Pages;
using static Skipper.Shared.Storage.Pages.PlotText;

namespace Skipper.Services.Training.Cards;

/// <summary>The plots of a card, as SVG in the page.</summary>
internal static class CardPlots
{
    private const double Size = 240;
    private const double Margin = 8;
    private const double Span = Size - (2 * Margin);

    /// <summary>Predicted against true values; a perfect model has all points on the line.</summary>
    public static Html Residuals(ResidualSample sample)
    {
        double[] all = [.. sample.Predicted.Concat(sample.Actual).Where(double.IsFinite)];
        var (least, most) = all.Length == 0 ? (0, 1) : (all.Min(), all.Max());
        var range = most > least ? most - least : 1;
        var plot = Open($"Predicted and true values of {sample.Target}");
        for (var i = 0; i < sample.Actual.Count; i++)
        {
            var (actual, predicted) = (sample.Actual[i], sample.Predicted[i]);
            plot.Add($"<circle class=\"point\" cx=\"{X((actual - least) / range)}\" cy=\"{Y((predicted - least) / range)}\" r=\"2.5\">")
                .Add($"<title>true {actual}, predicted {predicted}</title></circle>");
        }

        return Close(plot, $"{sample.Target}: predicted (up) and true (right), {sample.Actual.Count} test rows", least, most);
    }

    /// <summary>How often it came true against how likely it was said to be; the line is perfect.</summary>
    public static Html Calibration(CalibrationCurve curve)
    {
        var plot = Open($"Calibration of {curve.Class}");
        if (curve.Bins.Count > 1)
        {
            var points = string.Join(" ", curve.Bins.Select(bin => $"{X(bin.Predicted)},{Y(bin.Observed)}"));
            plot.Add($"<polyline class=\"curve\" points=\"{points}\"/>");
        }

        foreach (var bin in curve.Bins)
        {
            plot.Add($"<circle class=\"point\" cx=\"{X(bin.Predicted)}\" cy=\"{Y(bin.Observed)}\" r=\"4\">")
                .Add($"<title>predicted {bin.Predicted}, came true {bin.Observed}, {bin.Count} rows</title></circle>");
        }

        return Close(plot, $"{curve.Class}: came true (up) and predicted (right), {curve.Bins.Sum(bin => bin.Count)} test rows", 0, 1);
    }

    /// <summary>The most important inputs as bars.</summary>
    public static Html Importance(IReadOnlyList<InputImportance> inputs)
    {
        const int Shown = 15;
        var list = new Html().AddRaw("<section><ul class=\"categories\">");
        foreach (var input in inputs.Take(Shown))
        {
            list.Add($"<li><span>{input.Name}</span><b>{100 * input.Share} %</b>")
                .Add($"<div><i style=\"width:{Coordinate(100 * input.Share / Math.Max(inputs[0].Share, double.Epsilon))}%\"></i></div></li>");
        }

        list.AddRaw("</ul>");
        return (inputs.Count > Shown ? list.Add($"<p class=\"facts\">and {inputs.Count - Shown} more</p>") : list).AddRaw("</section>");
    }

    private static Html Open(string label) => new Html()
        .Add($"<section class=\"plot\"><svg viewBox=\"0 0 {Coordinate(Size)} {Coordinate(Size)}\" role=\"img\" aria-label=\"{label}\">")
        .Add($"<path class=\"before\" d=\"M{X(0)} {Y(0)}L{X(1)} {Y(1)}\"/>");

    private static Html Close(Html plot, string caption, double least, double most) => plot
        .Add($"</svg><p class=\"axis\"><span>{least}</span><span>{most}</span></p><p class=\"facts\">{caption}</p></section>");

    private static string X(double share) => Coordinate(Margin + (Clamp(share) * Span));

    private static string Y(double share) => Coordinate(Size - Margin - (Clamp(share) * Span));

    private static double Clamp(double share) => double.IsNaN(share) ? 0 : Math.Clamp(share, 0, 1);
}
