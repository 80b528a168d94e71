using Skipper.Gateway.Docs;
using static Skipper.Gateway.Docs.OperationDocs;

namespace Skipper.Gateway.Datasets;

/// <summary>Examples for the API description.</summary>
internal static class DatasetDocs
{
    private const string Version =
        """{"name":"housing","version":1,"digest":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08","row_count":500,"rejected_count":0,"rejected":[],"columns":[{"name":"crim","type":"number","missing_count":0},{"name":"price","type":"number","missing_count":0}],"created_at":"2026-01-02T03:04:05Z"}""";

    public static readonly OperationDocs Import = new(
        "Makes a CSV the newest version of a dataset; the same content gives the version that is there.",
        "crim,rm,price\n0.00632,6.575,24.0\n0.02731,6.421,21.6\n",
        new Response(201, "A new version.", Version),
        new Response(200, "This content is there already.", Version),
        Problem(413, "invalid_argument", "The body is larger than 512 MiB."),
        Problem(415, "invalid_argument", "Expected a body of type text/csv."),
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
        "Shows a dataset: the newest version, or the one named by ?version=.",
        null,
        new Response(200, "The version.", Version),
        Problem(404, "not_found", "There is no dataset 'houses'."));
}
