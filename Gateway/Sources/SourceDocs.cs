using Skipper.Gateway.Docs;
using static Skipper.Gateway.Docs.OperationDocs;

namespace Skipper.Gateway.Sources;

/// <summary>Examples for the API description.</summary>
internal static class SourceDocs
{
    private const string Source =
        """{"name":"met-norway","kind":"json","table":"weather","declaration":"name: met-norway\nkind: json\n...","updated_at":"2026-01-02T03:04:05Z","requests_today":12,"items":[{"item":"bergen,60.39,5.32","fresh_until":"2026-01-02T03:34:05Z"}]}""";

    private const string Accepted =
        """{"id":"0198c0de-0000-7000-8000-000000000001","task_id":"0198c0de-0000-7000-8000-000000000001","state":"accepted"}""";

    private static readonly Response NotFound = Problem(404, "not_found", "There is no source 'met-norwey'. Declare it first.");

    public static readonly OperationDocs List = new(
        "Lists the sources.", null, new Response(200, "By name.", $$"""{"sources":[{{Source}}]}"""),
        Problem(503, "unavailable", "There is no worker on queue skipper_data."));

    public static readonly OperationDocs Find = new(
        "Shows a source: its declaration, and where each of its items stands.", null, new Response(200, "The source.", Source), NotFound);

    public static readonly OperationDocs Evaluate = new(
        "Compares the sources that fill a table: coverage, completeness, latency, errors, and how far they are from each other.",
        null,
        new Response(
            200,
            "Best first.",
            """{"table":"weather","providers":[{"source":"met-norway","score":0.91,"accepted":true,"rows":5040,"coverage":1,"completeness":{"temperature":1},"deviation":{"temperature":0.7},"requests":120,"success_rate":0.99,"limited_rate":0,"latency_p50":48,"latency_p95":120,"latency_p99":310,"age_seconds":600}],"pairs":[{"first":"met-norway","second":"open-meteo","column":"temperature","count":5040,"mean_absolute_error":0.8,"root_mean_square_error":1.1,"bias":-0.2,"correlation":0.98}]}"""),
        Problem(404, "not_found", "No source fills a table 'wether'."));

    public static readonly OperationDocs Put = new(
        "Declares a source in YAML (docs/sources.md); what is wrong in it is said with line and column.",
        "name: prices\nkind: json\ntable: prices\nrequest: { url: \"https://example.com/prices?since={since}\" }\ncolumns:\n  at: { type: timestamp, from: at, required: true }\n  price: { type: number, from: price }\nkey: [at]\ncursor: { column: at, lag: 1h }\n",
        new Response(200, "The source.", Source),
        Problem(422, "invalid_argument", "The declaration is wrong. line 2, column 7: kind must be one of json, html, ftp, file, was 'xml'."))
    {
        RequestType = "application/yaml",
    };

    public static readonly OperationDocs Ingest = new(
        "Reads what is new, as a durable run. With from and to a backfill: the cursor does not move.",
        """{"from":"2024-01-01T00:00:00Z","to":"2024-02-01T00:00:00Z","force":false}""",
        new Response(202, "Accepted; follow Location.", Accepted),
        NotFound);

    public static readonly OperationDocs Upload = new(
        "Takes a file (CSV or JSON Lines, also gzip) for a source of kind file, and reads it as a durable run.",
        "station,day,temp\na,2024-01-01,50\n",
        new Response(202, "Accepted; follow Location.", Accepted),
        NotFound)
    {
        RequestType = "application/octet-stream",
    };

    public static readonly OperationDocs Publish = new(
        "Publishes the rows of the source's table as a dataset version, as a durable run; the rules named as the dataset decide.",
        """{"dataset":"weather","with":["open-meteo"]}""",
        new Response(202, "Accepted; follow Location.", Accepted),
        NotFound);

    public static readonly OperationDocs Replay = new(
        "Makes rows again of all answers that were kept, by the declaration as it is now, as a durable run.",
        null,
        new Response(202, "Accepted; follow Location.", Accepted),
        NotFound);
}
