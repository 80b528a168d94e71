using System.Text.Json;
using Skipper.Cli.Arguments;
using Skipper.Cli.Output;

namespace Skipper.Cli.Models;

internal static class ModelVerbs
{
    private static readonly Parameter Model = new("MODEL", "its name, or name@version, or name@alias");

    public static IReadOnlyList<Verb> All { get; } =
    [
        new("models list", "Lists the newest version of every model.", ListAsync)
        {
            Examples = ["skipper models", "skipper models list --json | jq -r '.models[].name'"],
        },
        new("models show", "Shows a version: what it takes, how good it is, where it comes from.", ShowAsync)
        {
            Parameters = [Model],
            Examples = ["skipper models show housing", "skipper models show housing@champion --json | jq .metrics"],
        },
        new("models versions", "Lists the versions of a model, the newest first.", VersionsAsync)
        {
            Parameters = [new("NAME", "the model")],
            Examples = ["skipper models versions housing"],
        },
        PromoteVerb.Verb,
    ];

    private static async Task<int> ListAsync(Session session)
    {
        var answer = await session.Api.GetAsync("models");
        return session.Show(answer, screen => screen.Table(
            answer.Items("models"),
            "No models yet. Train one: skipper submit training --payload 0.2 --watch",
            Column.Text("NAME", "name"),
            Column.Number("VERSION", "version"),
            Column.Text("ENGINE", "engine"),
            new Column("TARGETS", model => model.Joined("targets")),
            new Column("TEST", Metrics),
            Column.Age("AGE", "created_at", session.Shell.Time)));
    }

    private static async Task<int> VersionsAsync(Session session)
    {
        var answer = await session.Api.GetAsync($"models/{Uri.EscapeDataString(session.Line.Parameter("NAME"))}/versions");
        var aliases = answer.Items("aliases").ToLookup(alias => alias.Text("version"), alias => alias.Text("alias"));
        return session.Show(answer, screen => screen.Table(
            answer.Items("versions"),
            "It has no versions.",
            Column.Number("VERSION", "version"),
            new Column("ALIASES", version => string.Join(", ", aliases[version.Text("version")])),
            Column.Text("ENGINE", "engine"),
            new Column("DATASET", Dataset),
            new Column("TEST", Metrics),
            Column.Age("AGE", "created_at", session.Shell.Time)));
    }

    private static async Task<int> ShowAsync(Session session)
    {
        var reference = ModelReference.Parse(session.Line.Parameter(Model.Name));
        var model = await session.Api.GetAsync(reference.Path);
        return session.Show(model, screen =>
        {
            screen.Facts(
                ("Model", $"{model.Text("name")} version {model.Text("version")}"),
                ("Engine", $"{model.Text("engine")} {model.Text("engine_version")}"),
                ("Task", model.Text("task")),
                ("Dataset", Dataset(model)),
                ("Targets", model.Joined("targets")),
                ("Test", Metrics(model)),
                ("Made", $"{model.Text("created_at")} ({model.Text("lineage.source")})"),
                ("Run", model.Text("lineage.run_id")),
                ("File", model.Text("artifact")));
            screen.Line("");
            screen.Table(
                model.Items("signature.inputs"),
                "It takes no inputs.",
                Column.Text("INPUT", "name"),
                Column.Text("TYPE", "type"),
                new Column("REQUIRED", input => input.Text("required") == "True" ? "yes" : "no"),
                Column.Number("MINIMUM", "minimum"),
                Column.Number("MAXIMUM", "maximum"),
                new Column("VALUES", input => input.Joined("categories")));
        });
    }

    private static string? Dataset(JsonElement model) => model.Text("dataset") is { } name
        ? $"{name} version {model.Text("dataset_version")}"
        : null;

    /// <summary>The first metrics of each target in the rows that training has not seen: <c>price rmse 2.46 r2 0.89</c>.</summary>
    private static string? Metrics(JsonElement model) => model.Find("metrics.test") is { ValueKind: JsonValueKind.Object } targets
        ? string.Join("; ", targets.EnumerateObject().Select(target => $"{target.Name} {Figures(target.Value)}"))
        : null;

    private static string Figures(JsonElement metrics) => string.Join(' ', metrics.EnumerateObject()
        .Where(metric => metric.Value.ValueKind is JsonValueKind.Number)
        .Take(3)
        .Select(metric => FormattableString.Invariant($"{metric.Name} {metric.Value.GetDouble():G4}")));
}
