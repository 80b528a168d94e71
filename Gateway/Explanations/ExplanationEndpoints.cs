using Skipper.Gateway.Docs;
using Skipper.Gateway.RunsApi;
using Skipper.Shared.Messaging.Handlers;
using static Skipper.Gateway.Docs.OperationDocs;

namespace Skipper.Gateway.Explanations;

/// <summary>Why a run is where it is, over HTTP.</summary>
internal static class ExplanationEndpoints
{
    private static readonly OperationDocs Why = new(
        "Says why a run is where it is, in a sentence for people and a reason for each step that has not ended. Codes: finished, failed, "
        + "cancel_requested, broker_unreachable, worker_silent, no_worker, cancelling, running, retry, concurrency_limit, not_claimed, "
        + "queued, waiting.",
        null,
        new Response(
            200,
            "The explanation.",
            """
            {"state":"running","sentence":"Step train waits, because no worker consumes queue skipper_training.","reasons":[
              {"step":"train","code":"no_worker","text":"waits, because no worker consumes queue skipper_training"},
              {"step":"evaluate","code":"waiting","text":"waits for train to end"}]}
            """),
        RunDocs.Unknown);

    public static void AddExplanations(this IHostApplicationBuilder builder) => builder.Services.AddSingleton<SnapshotReader>();

    public static void MapExplanations(this WebApplication app) =>
        app.MapGet($"{RunLinks.Runs}/{{id}}/why", WhyAsync).WithTags("runs").WithDocs(Why);

    private static async Task<IResult> WhyAsync(
        string id, RunReader runs, SnapshotReader snapshots, CancellationToken cancellationToken)
    {
        var run = await runs.RunAsync(id, cancellationToken);
        return Results.Json(RunExplainer.Explain(await snapshots.ReadAsync(run, cancellationToken)), MessageJson.Options);
    }
}
