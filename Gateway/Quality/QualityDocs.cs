using Skipper.Gateway.Docs;
using static Skipper.Gateway.Docs.OperationDocs;

namespace Skipper.Gateway.Quality;

/// <summary>Examples for the API description.</summary>
internal static class QualityDocs
{
    private const string Report =
        """{"run_id":"0198c0de-0000-7000-8000-000000000001","suite":"weather","dataset":"weather","version":3,"started_at":"2026-01-02T03:04:05Z","status":"warn","checks":[{"name":"range_humidity","type":"range","columns":["humidity"],"severity":"error","status":"warn","observed":"2 of 300 unexpected","threshold":"at least 0 and at most 1","element_count":300,"unexpected_count":2,"unexpected_percent":0.666667,"sample":[{"line":206,"reason":"humidity: expected at least 0 and at most 1, found 1.3"}]}],"statistics":{"row_count":300,"rejected_count":2,"rejected_percent":0.666667,"evaluated_checks":1,"successful_checks":1,"unsuccessful_checks":0}}""";

    private const string Row =
        """{"id":"0198c0de-0000-7000-8000-000000000002","dataset":"weather","run_id":"0198c0de-0000-7000-8000-000000000001","origin":"9f86d081884c7d65","line":206,"raw":{"station":"ST01","humidity":"1.3"},"reasons":[{"rule":"range_humidity","columns":["humidity"],"reason":"humidity: expected at least 0 and at most 1, found 1.3"}],"rules":"suite weather@1","status":"open","created_at":"2026-01-02T03:04:05Z"}""";

    private static readonly Response Gone = Problem(404, "not_found", "There is no quality report about dataset 'weather'.");

    private static readonly Response ShownPage =
        new(200, "A page that needs nothing else.", "<!doctype html><html lang=\"en\">...</html>") { Type = "text/html" };

    public static readonly OperationDocs Find = new(
        "Shows the newest quality report about a dataset, or about one version with ?version=. A version of null was not published.",
        null,
        new Response(200, "The report.", Report),
        Gone);

    public static readonly OperationDocs List = new(
        "Lists the newest quality reports about a dataset, at most 100, those of imports that were not published too.",
        null,
        new Response(200, "Newest first.", $$"""{"reports":[{{Report}}]}"""));

    public static readonly OperationDocs Show = new(
        "The newest report about a dataset, or about one version with ?version=, as a page for people: checks, and plots of the columns.",
        null,
        ShownPage,
        Gone);

    public static readonly OperationDocs ShowReport = new(
        "A report as a page for people, by its run_id; one of an import that was not published has no columns to show.",
        null,
        ShownPage,
        Problem(404, "not_found", "There is no quality report 0198c0de-0000-7000-8000-000000000001 about dataset 'weather'."));

    public static readonly OperationDocs Page = new(
        "Lists rows in quarantine with all reasons, oldest first; filter by ?status= (open, replayed, discarded) and ?run_id=.",
        null,
        new Response(200, "A page; pass next_page_token as ?page_token=.", $$"""{"rows":[{{Row}}],"open_count":1,"next_page_token":null}"""),
        Problem(422, "invalid_argument", "status must be one of open, replayed, discarded, was 'closed'."));

    public static readonly OperationDocs Replay = new(
        "Checks rows in quarantine once more, as they came or with fixed values, and adds those that pass to a new version.",
        """{"rows":[{"id":"0198c0de-0000-7000-8000-000000000002","fixed":{"humidity":"0.93"}}]}""",
        new Response(
            200,
            "Accepted rows are in the version; the others are still in quarantine.",
            """{"accepted_count":1,"dataset":{"name":"weather","version":4,"digest":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08","row_count":299,"rejected_count":0,"rejected":[],"columns":[],"created_at":"2026-01-02T03:04:05Z"},"refused":[]}"""),
        Problem(409, "failed_precondition", "1 rows are not open in the quarantine of 'weather': were they decided about before?"));

    public static readonly OperationDocs Discard = new(
        "Gives up on rows in quarantine, named one by one or by their import. They stay on record.",
        """{"ids":["0198c0de-0000-7000-8000-000000000002"]}""",
        new Response(200, "How many were open and are discarded now.", """{"count":1}"""),
        Problem(422, "invalid_argument", "Name the rows to discard by 'ids', or the import by 'run_id'."));
}
