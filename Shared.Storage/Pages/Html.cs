using System.Globalization;
using System.Net;
using System.Text;

namespace Skipper.Shared.Storage.Pages;

/// <summary>Puts a page together; whatever stands in a hole is text and cannot become markup.</summary>
public sealed class Html
{
    private readonly StringBuilder _page = new();

    public Html Add(FormattableString markup)
    {
        var holes = markup.GetArguments().Select(hole => hole is Html part ? part.ToString() : WebUtility.HtmlEncode(Text(hole)));
        _page.AppendFormat(CultureInfo.InvariantCulture, markup.Format, [.. holes]);
        return this;
    }

    public Html Add(Html part)
    {
        _page.Append(part._page);
        return this;
    }

    /// <summary>Markup without holes.</summary>
    public Html AddRaw(string markup)
    {
        _page.Append(markup);
        return this;
    }

    public override string ToString() => _page.ToString();

    private static string? Text(object? hole) => hole switch
    {
        long count => count.ToString("N0", CultureInfo.InvariantCulture),
        int count => count.ToString("N0", CultureInfo.InvariantCulture),
        double number => Number(number),
        _ => Convert.ToString(hole, CultureInfo.InvariantCulture),
    };

    /// <summary>About four digits, as many as an eye takes in.</summary>
    private static string Number(double number) => number.ToString(
        Math.Abs(number) switch
        {
            0 => "0",
            >= 1e6 or < 1e-3 => "0.###e0",
            >= 1000 => "N0",
            >= 1 => "0.##",
            _ => "0.####",
        },
        CultureInfo.InvariantCulture);
}
