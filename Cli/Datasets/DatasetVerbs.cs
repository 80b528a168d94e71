using System.Net.Http.Headers;
using Skipper.Cli.Arguments;
using Skipper.Cli.Output;

namespace Skipper.Cli.Datasets;

internal static class DatasetVerbs
{
    public static IReadOnlyList<Verb> All { get; } =
    [
        new("datasets list", "Lists the newest version of every dataset.", ListAsync)
        {
            Examples = ["skipper datasets", "skipper datasets list --json | jq -r '.datasets[].name'"],
        },
        new("datasets import", "Makes a file (CSV or JSON Lines, also gzip) the newest version of a dataset.", ImportAsync)
        {
            Parameters = [new("NAME", "the dataset"), new("FILE", "the file; - for the standard input, which is CSV")],
            Options = [new("encoding", "of a file that is not UTF-8, as windows-1252") { Value = "NAME" }],
            Examples =
            [
                "skipper datasets import housing samples/housing.csv",
                "zcat big.csv.gz | skipper datasets import big -",
                "skipper datasets import umsatz umsatz.csv --encoding windows-1252",
            ],
        },
    ];

    private static async Task<int> ListAsync(Session session)
    {
        var answer = await session.Api.GetAsync("datasets");
        return session.Show(answer, screen => screen.Table(
            answer.Items("datasets"),
            "No datasets yet. Import one: skipper datasets import housing samples/housing.csv",
            Column.Text("NAME", "name"),
            Column.Number("VERSION", "version"),
            Column.Number("ROWS", "row_count"),
            Column.Number("REJECTED", "rejected_count"),
            new Column("COLUMNS", dataset => $"{dataset.Items("columns").Count}", IsNumber: true),
            Column.Age("AGE", "created_at", session.Shell.Time)));
    }

    private static async Task<int> ImportAsync(Session session)
    {
        var (name, file) = (session.Line.Parameter("NAME"), session.Line.Parameter("FILE"));
        await using var stream = session.Open(file);
        using var content = new StreamContent(stream);
        content.Headers.ContentType = new MediaTypeHeaderValue(TypeOf(file));
        var encoding = session.Line.Option("encoding") is { } said ? $"?encoding={Uri.EscapeDataString(said)}" : "";
        var version = await session.Api.SendAsync(HttpMethod.Post, $"datasets/{Uri.EscapeDataString(name)}{encoding}", content);
        return session.Show(version, screen =>
        {
            screen.Line($"{name} version {version.Text("version")}: {version.Text("row_count")} rows, "
                + $"{version.Items("columns").Count} columns, {version.Text("rejected_count")} rejected");
            foreach (var row in version.Items("rejected").Take(10))
            {
                screen.Line($"  line {row.Text("line")}: {row.Text("reason")}");
            }
        });
    }

    private static string TypeOf(string file) => Path.GetExtension(file).ToLowerInvariant() switch
    {
        ".gz" => "application/gzip",
        ".tsv" => "text/tab-separated-values",
        ".jsonl" or ".ndjson" => "application/x-ndjson",
        _ => "text/csv",
    };
}
