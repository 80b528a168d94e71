using Skipper.Services.Training.Models;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Storage.Pages;

namespace Skipper.Services.Training.Cards;

/// <summary>The tables of a card.</summary>
internal static class CardTables
{
    public static Html Metrics(ModelVersion model)
    {
        var rows = model.Scores is { Count: > 0 } scores
            ? from part in scores
              from target in part.Value
              from metric in target.Value
              select (Part: part.Key, Target: target.Key, Name: metric.Key, Score: metric.Value)
            : from part in model.Metrics
              from target in RegressionScores.Of(part.Value)
              from metric in target.Value
              select (Part: part.Key, Target: target.Key, Name: metric.Key, Score: new MetricScore(metric.Value, null, null));
        var table = Open("Metrics", "<th>Part</th><th>Target</th><th>Metric</th><th class=\"number\">Value</th><th class=\"number\">95 %</th>");
        var any = false;
        foreach (var (part, target, name, score) in rows)
        {
            any = true;
            table.Add($"<tr><td>{part}</td><td>{target}</td><td>{name}</td><td class=\"number\">{score.Value}</td><td class=\"number\">");
            table = (score is { Low: { } low, High: { } high } ? table.Add($"{low} to {high}") : table).AddRaw("</td></tr>");
        }

        return any ? Close(table) : new Html().AddRaw("<h2>Metrics</h2><section><p>None are known.</p></section>");
    }

    public static Html Origin(ModelVersion model, ModelEvidence? evidence)
    {
        var table = Open("Where it comes from", "<th>What</th><th>Value</th>");
        Row(table, "Source", model.Lineage?.Source);
        if (model.Dataset.Length > 0)
        {
            Row(table, "Dataset", $"{model.Dataset} version {model.DatasetVersion}");
            Row(table, "Digest of the dataset", model.DatasetDigest);
        }

        Row(table, "Rows learned from", evidence?.RowCount);
        Row(table, "Rows it was tested on", model.Lineage?.TestDigest);
        Row(table, "Seed", model.Lineage?.Seed);
        Row(table, "Version before it", model.Lineage?.Parent);
        Row(table, "Run", model.Lineage?.RunId);
        Row(table, "Made by", model.Lineage?.Actor);
        Row(table, "Program", model.Lineage?.CodeVersion);
        Row(table, "Preprocessing", model.Preprocessing);
        Row(table, "Model file", model.Artifact);
        return Close(table);
    }

    public static Html Inputs(ModelVersion model)
    {
        var table = Open(
            "Inputs",
            "<th>Name</th><th>Type</th><th>May be missing</th><th class=\"number\">Least</th><th class=\"number\">Most</th><th>Texts</th>");
        foreach (var input in model.Signature?.Inputs ?? [])
        {
            table.Add($"<tr><td>{input.Name}</td><td>{input.Type}</td><td>{(input.Required ? "no" : "yes")}</td>")
                .Add($"<td class=\"number\">{input.Minimum}</td><td class=\"number\">{input.Maximum}</td>")
                .Add($"<td>{string.Join(", ", input.Categories ?? [])}</td></tr>");
        }

        return model.Signature is null ? new Html() : Close(table);
    }

    public static Html Parameters(ModelVersion model)
    {
        var table = Open("Parameters", "<th>Name</th><th class=\"number\">Value</th>");
        foreach (var (name, value) in model.Parameters.OrderBy(parameter => parameter.Key, StringComparer.Ordinal))
        {
            table.Add($"<tr><td>{name}</td><td class=\"number\">{value}</td></tr>");
        }

        return model.Parameters.Count == 0 ? new Html() : Close(table);
    }

    private static void Row(Html table, string name, object? value)
    {
        if (value is not null)
        {
            table.Add($"<tr><td>{name}</td><td><code>{value}</code></td></tr>");
        }
    }

    private static Html Open(string title, string head) => new Html()
        .Add($"<h2>{title}</h2>").AddRaw("<div class=\"scroll\"><table><thead><tr>").AddRaw(head).AddRaw("</tr></thead><tbody>");

    private static Html Close(Html table) => table.AddRaw("</tbody></table></div>");
}
