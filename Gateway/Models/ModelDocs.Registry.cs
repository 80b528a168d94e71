using Skipper.Gateway.Docs;
using static Skipper.Gateway.Docs.OperationDocs;

namespace Skipper.Gateway.Models;

internal static partial class ModelDocs
{
    private const string Alias =
        """{"name":"housing","alias":"champion","version":2,"previous_version":1,"moved_at":"2026-01-02T03:04:05Z","number":2,"kind":"promotion","actor":"nightly","reason":"new data","gate":{"passed":true,"reason":"rmse of 'price' is 4.1, that of version 1 is 4.8: better by 0.7, enough for a gain of at least 0.","metric":"rmse","target":"price","challenger":4.1,"champion":4.8,"champion_version":1,"minimum_gain":0}}""";

    private static readonly Response NoModel = Problem(404, "not_found", "Model 'houses' is not known; known: housing.");

    private static readonly Response NoVersion = Problem(404, "not_found", "Model 'housing' has no version 9; its newest is 2.");

    private static readonly Response NoAlias = Problem(404, "not_found", "Model 'housing' has no alias 'best'; it has champion.");

    public static readonly OperationDocs Versions = new(
        "Lists the versions of a model, newest first, at most 100; those before ?before=, and where its aliases point.",
        null,
        new Response(200, "Newest first.", $$"""{"versions":[{{Version}}],"aliases":[{{Alias}}]}"""),
        NoModel);

    public static readonly OperationDocs FindVersion = new(
        "Shows a version.", null, new Response(200, "The version.", Version), NoVersion);

    public static readonly OperationDocs Import = new(
        "Registers a model that XGBoost saved as JSON or UBJ; ?inputs=a,b names its features if the file does not, ?target= what it "
        + "predicts, ?classes=a,b its classes, ?preprocessing= the digest of a fitted transform. With ?engine=oip the body is JSON that "
        + "says which other server scores it.",
        "(the bytes of model.json or model.ubj)",
        new Response(201, "The version.", Version),
        Problem(413, "invalid_argument", "The body is larger than 512 MiB."),
        Problem(422, "invalid_argument", "Expected a model that XGBoost saved as JSON or UBJ (save_model('model.json')): ..."))
    {
        RequestType = "application/octet-stream",
    };

    public static readonly OperationDocs Delete = new(
        "Deletes a version; not the newest, and not while an alias points at it or a rollout names it. ?actor= and ?reason= are kept.",
        null,
        new Response(200, "It is deleted.", """{"name":"housing","version":1,"deleted_at":"2026-01-02T03:04:05Z"}"""),
        NoVersion,
        Problem(409, "failed_precondition", "Version 2 of model 'housing' cannot be deleted: champion points at it. Move the alias first."));

    public static readonly OperationDocs Download = new(
        "Downloads the file of a version.",
        null,
        new Response(200, "Its bytes.", "(the bytes)") { Type = "application/octet-stream" },
        NoVersion);

    public static readonly OperationDocs Card = new(
        "Shows the card of a version (?version= or ?alias=, else the newest): metrics, data, what matters, what to mind.",
        null,
        new Response(
            200,
            "The card.",
            $$"""{"model":{{Version}},"aliases":[{{Alias}}],"limits":["Rows with missing values are refused."],"page":"fd61a03af4f77d870fc21e05e7e80678095c92d808cfb3b5c279ee04c74aca13"}"""),
        NoVersion);

    public static readonly OperationDocs Page = new(
        "The same as a page for people.",
        null,
        new Response(200, "A page that needs nothing else.", "<!doctype html><html lang=\"en\">...</html>") { Type = "text/html" },
        NoVersion);

    public static readonly OperationDocs Aliases = new(
        "Lists the aliases of a model.", null, new Response(200, "By name.", $$"""{"aliases":[{{Alias}}]}"""), NoModel);

    public static readonly OperationDocs History = new(
        "Lists all moves of an alias, newest first.", null, new Response(200, "Newest first.", $$"""{"aliases":[{{Alias}}]}"""), NoAlias);

    public static readonly OperationDocs Promote = new(
        "Points an alias at a version; with a gate only if it is better than the one it points at, by metrics of the same rows.",
        """{"version":2,"actor":"nightly","reason":"new data","gate":{"metric":"rmse","target":"price","minimum_gain":0.1}}""",
        new Response(200, "Where the alias points now; where the gate was not passed, gate.passed is false and nothing moved.", Alias),
        NoVersion,
        Problem(409, "failed_precondition", "The test metrics of versions 2 and 1 of 'housing' are of different rows. Send compare_models."));

    public static readonly OperationDocs RollBack = new(
        "Points an alias back to where it pointed before its last promotion that was not taken back.",
        """{"actor":"on-call","reason":"too many complaints"}""",
        new Response(200, "Where the alias points now.", """{"name":"housing","alias":"champion","version":1,"previous_version":2,"moved_at":"2026-01-02T04:04:05Z","number":3,"kind":"rollback","actor":"on-call","reason":"too many complaints"}"""),
        NoAlias,
        Problem(409, "failed_precondition", "Alias 'champion' of model 'housing' has pointed nowhere before version 1."));
}
