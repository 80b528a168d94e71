using Skipper.Gateway.Docs;
using static Skipper.Gateway.Docs.OperationDocs;

namespace Skipper.Gateway.Datasets;

/// <summary>Examples for the API description.</summary>
internal static class DatasetDocs
{
    private const string Version =
        """{"name":"housing","version":1,"digest":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08","row_count":500,"rejected_count":0,"rejected":[],"columns":[{"name":"crim","type":"number","missing_count":0},{"name":"price","type":"number","missing_count":0}],"created_at":"2026-01-02T03:04:05Z"}""";

    private const string Tagged = """{"tag":"production","version":1,"moved_at":"2026-01-02T03:04:05Z"}""";

    public static readonly OperationDocs Import = new(
        "Makes a file (CSV or JSON Lines, also gzip; ?encoding= if it is not UTF-8) the newest version of a dataset; "
        + "the same content gives the version that is there.",
        "crim,rm,price\n0.00632,6.575,24.0\n0.02731,6.421,21.6\n",
        new Response(201, "A new version.", Version),
        new Response(200, "This content is there already.", Version),
        Problem(413, "invalid_argument", "The body is larger than 4096 MiB."),
        Problem(415, "invalid_argument", "Expected a body of type text/csv or application/x-ndjson."),
        Problem(422, "invalid_argument", "The file has no rows."))
    {
        RequestType = "text/csv",
    };

    public static readonly OperationDocs List = new(
        "Lists the newest version of every dataset.",
        null,
        new Response(200, "By name.", $$"""{"datasets":[{{Version}}]}"""),
        Problem(503, "unavailable", "There is no worker on queue skipper_data."));

    public static readonly OperationDocs Find = new(
        "Shows a dataset: the newest version, or the one named by ?version=, ?tag= or ?as_of=.",
        null,
        new Response(200, "The version.", Version),
        Problem(404, "not_found", "There is no dataset 'houses'."));

    public static readonly OperationDocs Versions = new(
        "Lists the versions of a dataset, newest first, at most 100; those before ?before=, and all tags.",
        null,
        new Response(200, "Newest first.", $$"""{"versions":[{{Version}}],"tags":[{{Tagged}}]}"""),
        Problem(404, "not_found", "There is no dataset 'houses'."));

    public static readonly OperationDocs Manifest = new(
        "Shows where a version comes from, what was made of it, its tags and its table; ?version=, ?tag= or ?as_of=.",
        null,
        new Response(
            200,
            "The manifest.",
            $$"""{"dataset":{{Version}},"transform":"import","sources":["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],"parents":[],"children":[],"tags":["production"],"table":"data.rows_v0198c0de000070008000000000000001"}"""),
        Problem(404, "not_found", "Dataset 'housing' has no version 9; it has versions 1 to 2."));

    public static readonly OperationDocs Tag = new(
        "Points a tag to a version; rolling back is moving it to an older one.",
        """{"version":1}""",
        new Response(200, "Where the tag points now.", Tagged),
        Problem(404, "not_found", "Dataset 'housing' has no version 9; it has versions 1 to 2."));

    public static readonly OperationDocs Diff = new(
        "Compares two versions, ?from= and ?to=: columns, their statistics, and with ?key=a,b the rows.",
        null,
        new Response(
            200,
            "What is different.",
            """{"from":{"name":"housing","version":1,"digest":"9f86"},"to":{"name":"housing","version":2,"digest":"60303"},"added_columns":[],"removed_columns":[],"columns":[{"name":"price","from":{"type":"number","missing_share":0,"mean":22.5,"standard_deviation":9.2,"minimum":5,"maximum":50},"to":{"type":"number","missing_share":0,"mean":23.1,"standard_deviation":9.4,"minimum":5,"maximum":50},"mean_shift":0.065,"changed_count":1}],"rows":{"added_count":0,"removed_count":0,"changed_count":1,"added":[],"removed":[],"changed":[["17"]]}}"""),
        Problem(409, "failed_precondition", "town is no key: a value is missing, or there twice."));

    public static readonly OperationDocs Export = new(
        "Downloads a version as CSV, with texts that a spreadsheet would run as formulas behind an apostrophe.",
        null,
        new Response(200, "The file.", "crim,rm,price\n0.00632,6.575,24\n") { Type = "text/csv" },
        Problem(404, "not_found", "There is no dataset 'houses'."));
}
