using Skipper.Gateway.Docs;
using static Skipper.Gateway.Docs.OperationDocs;

namespace Skipper.Gateway.Profiles;

/// <summary>Examples for the API description.</summary>
internal static class ProfileDocs
{
    private const string Profile =
        """{"dataset":{"name":"weather","version":2,"digest":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08","row_count":8760,"rejected_count":0,"rejected":[],"columns":[{"name":"temperature","type":"number","missing_count":3}],"created_at":"2026-01-02T03:04:05Z"},"reference":1,"profile":"60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752","page":"fd61a03af4f77d870fc21e05e7e80678095c92d808cfb3b5c279ee04c74aca13","drift":[{"column":"temperature","verdict":"drift","method":"wasserstein","value":0.31,"threshold":0.1,"reason":"wasserstein 0.31 (threshold 0.1)"}]}""";

    private static readonly Response Gone = Problem(404, "not_found", "There is no dataset 'wether'. There are: weather.");

    public static readonly OperationDocs Find = new(
        "Describes the columns of a dataset version (?version=, else the newest) and how they differ from another (?reference=, else the one before).",
        null,
        new Response(200, "Drift by column, and the digests of profile and page.", Profile),
        Gone);

    public static readonly OperationDocs Show = new(
        "The same as a page for people: what was checked, histograms of the columns, what has drifted.",
        null,
        new Response(200, "A page that needs nothing else.", "<!doctype html><html lang=\"en\">...</html>") { Type = "text/html" },
        Gone);
}
