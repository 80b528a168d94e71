using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Storage.Pages;

namespace Skipper.Services.Training.Cards;

/// <summary>A model card as one page of HTML that needs nothing else: what a version is, how good it is, and what it is not for.</summary>
internal static class CardPage
{
    private const string Css =
        ".point{fill:var(--bar);fill-opacity:.6}.curve{fill:none;stroke:var(--bar);stroke-width:2}.plot svg{max-width:340px;margin:0 auto}"
        + "ul.limits{margin:0;padding-left:20px}code{font-size:13px;overflow-wrap:anywhere}";

    public static string Write(
        ModelVersion model, ModelEvidence? evidence, IReadOnlyList<ModelAlias> aliases, IReadOnlyList<string> limits)
    {
        var name = $"{model.Name} version {model.Version}";
        var page = new Html()
            .Add($"<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{name}: model card</title>")
            .AddRaw("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">")
            .AddRaw("<style>").AddRaw(PageStyle.Css).AddRaw(Css).AddRaw("</style></head><body><main>")
            .Add($"<header><h1>{name}</h1>");
        foreach (var alias in aliases)
        {
            page.Add($"<span class=\"badge good\">{alias.Alias}</span> ");
        }

        page.Add($"<p>A {model.Task ?? "regression"} by {model.Engine} {model.EngineVersion}, registered {model.CreatedAt:yyyy-MM-dd HH:mm} UTC</p></header>")
            .Add(Limits(limits))
            .Add(CardTables.Metrics(model))
            .Add(CardTables.Origin(model, evidence))
            .Add(Plots(evidence));
        if (evidence?.Importance is { Count: > 0 } importance)
        {
            page.AddRaw("<h2>What matters</h2>").Add(CardPlots.Importance(importance));
        }

        return page.Add(CardTables.Inputs(model)).Add(CardTables.Parameters(model)).AddRaw("</main></body></html>\n").ToString();
    }

    private static Html Limits(IReadOnlyList<string> limits)
    {
        var list = new Html().AddRaw("<h2>Mind</h2><section><ul class=\"limits\">");
        foreach (var limit in limits)
        {
            list.Add($"<li>{limit}</li>");
        }

        return list.AddRaw("</ul></section>");
    }

    private static Html Plots(ModelEvidence? evidence)
    {
        Html[] plots =
        [
            .. (evidence?.Residuals ?? []).Select(CardPlots.Residuals), .. (evidence?.Calibration ?? []).Select(CardPlots.Calibration),
        ];
        var cards = new Html();
        if (plots.Length > 0)
        {
            cards.AddRaw("<h2>Predictions and the truth</h2><div class=\"cards\">");
            Array.ForEach(plots, plot => cards.Add(plot));
            cards.AddRaw("</div>");
        }

        return cards;
    }
}
