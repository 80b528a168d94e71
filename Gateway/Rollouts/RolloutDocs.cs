using Skipper.Gateway.Docs;
using static Skipper.Gateway.Docs.OperationDocs;

namespace Skipper.Gateway.Rollouts;

/// <summary>Examples for the API description.</summary>
internal static class RolloutDocs
{
    private const string Lanes =
        """[{"name":"champion","version":1,"weight":90,"shadow":false,"since":1},{"name":"challenger","version":2,"weight":10,"shadow":false,"since":1},{"name":"next","version":3,"weight":0,"shadow":true,"since":1}]""";

    private const string Guards =
        """[{"metric":"error_rate","limit":0.02},{"metric":"p95_latency","limit":50,"lane":"challenger"},{"metric":"disagreement","limit":0.2,"minimum_count":500,"window_minutes":30}]""";

    private const string Rollout =
        $$"""{"model":"housing","number":1,"kind":"started","started":1,"lanes":{{Lanes}},"guards":{{Guards}},"compared":1,"tolerance":0.05,"changed_at":"2026-01-02T03:04:05Z","actor":"ann","reason":"try the trees"}""";

    private const string Stopped =
        $$"""{"model":"housing","number":2,"kind":"stopped","started":1,"lanes":{{Lanes}},"guards":[],"compared":1,"tolerance":0.05,"changed_at":"2026-01-03T03:04:05Z","actor":"ann","reason":"done"}""";

    private static readonly Response None = Problem(404, "not_found", "Model 'housing' has no rollout.");

    public static readonly OperationDocs Find = new(
        "Shows the rollout of a model that is under way: figures of each lane, and what the guards see, over all workers.",
        null,
        new Response(
            200,
            "The rollout and how it does.",
            $$$"""{"rollout":{{{Rollout}}},"lanes":[{"name":"challenger","version":2,"calls":412,"errors":1,"codes":{"invalid_argument":1},"not_loaded":0,"p50_milliseconds":0.9,"p95_milliseconds":2.1,"compared":412,"disagreed":9,"differences":{"price":{"mean":0.2,"mean_absolute":0.6,"root_mean_square":0.9,"largest":4.2,"largest_request":"5f2c7d50"}},"dropped":0}],"guards":[{"metric":"error_rate","lane":"challenger","state":"passed","reason":"error_rate of lane 'challenger' (version 2) is 0.002427 in 412 calls of the last 10 minutes, that of the baseline 0.001; the limit is 0.02: not surely broken.","count":412,"value":0.002427,"baseline":0.001}]}"""),
        None);

    public static readonly OperationDocs Set = new(
        "Splits the calls for a model between versions, or changes how; the first lane is the baseline.",
        $$"""{"lanes":[{"name":"champion","version":1,"weight":90},{"name":"challenger","version":2,"weight":10},{"name":"next","version":3,"shadow":true}],"guards":{{Guards}},"actor":"ann","reason":"try the trees"}""",
        new Response(200, "The rollout; all its versions are loaded.", Rollout),
        Problem(404, "not_found", "Model 'housing' has no version 9; its newest is 3."),
        Problem(422, "invalid_argument", "At least one lane must have a weight above 0: nobody would answer."),
        Problem(503, "unavailable", "There is no worker on queue skipper_serving."));

    public static readonly OperationDocs Stop = new(
        "Ends the rollout of a model; ?actor= and ?reason= are kept. The newest version, or that of the alias, answers again.",
        null,
        new Response(200, "It has ended.", Stopped),
        None);

    public static readonly OperationDocs History = new(
        "Lists all changes of the rollouts of a model, those that guards made included.",
        null,
        new Response(200, "The newest first, at most 200.", $$"""{"changes":[{{Stopped}},{{Rollout}}]}"""),
        None);
}
