using Skipper.Gateway.Docs;
using Skipper.Gateway.Schedules;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Messaging.Rpc;

namespace Skipper.Gateway.Rollouts;

/// <summary>The rollout of a model over HTTP: start, change, watch, end.</summary>
internal static class RolloutEndpoints
{
    // The worker that is asked loads all versions first.
    private static readonly TimeSpan SetTimeout = TimeSpan.FromMinutes(1);

    public static void MapRollouts(this WebApplication app)
    {
        var rollout = app.MapGroup("/api/v1/skipper/models/{name}/rollout").WithTags("models");
        rollout.MapGet("/", FindAsync).WithDocs(RolloutDocs.Find);
        rollout.MapPut("/", SetAsync).WithDocs(RolloutDocs.Set);
        rollout.MapDelete("/", StopAsync).WithDocs(RolloutDocs.Stop);
        rollout.MapGet("/history", HistoryAsync).WithDocs(RolloutDocs.History);
    }

    private static async Task<IResult> FindAsync(string name, IRpcClient rpc, CancellationToken cancellationToken) => Results.Json(
        await rpc.CallAsync(new FindRollout { Data = new() { Model = name } }, null, cancellationToken), MessageJson.Options);

    private static async Task<IResult> SetAsync(string name, HttpRequest request, IRpcClient rpc, CancellationToken cancellationToken)
    {
        var body = await BodyReader.ReadAsync<PlanBody>(request, cancellationToken);
        var plan = new RolloutPlan
        {
            Model = name,
            Alias = body.Alias,
            Lanes = body.Lanes ?? throw MeshException.InvalidArgument(
                "Name the versions that are to answer: {\"lanes\": [{\"name\": \"champion\", \"version\": 1, \"weight\": 90}, ...]}."),
            Guards = body.Guards,
            Compared = body.Compared,
            Tolerance = body.Tolerance,
            Actor = body.Actor,
            Reason = body.Reason,
        };
        return Results.Json(await rpc.CallAsync(new SetRollout { Data = plan }, SetTimeout, cancellationToken), MessageJson.Options);
    }

    private static async Task<IResult> StopAsync(
        string name, string? actor, string? reason, IRpcClient rpc, CancellationToken cancellationToken) => Results.Json(
        await rpc.CallAsync(new StopRollout { Data = new() { Model = name, Actor = actor, Reason = reason } }, null, cancellationToken),
        MessageJson.Options);

    private static async Task<IResult> HistoryAsync(string name, IRpcClient rpc, CancellationToken cancellationToken) => Results.Json(
        await rpc.CallAsync(new ListRolloutChanges { Data = new() { Model = name } }, null, cancellationToken), MessageJson.Options);

    /// <summary>A plan without its model, which the path names.</summary>
    private sealed record PlanBody
    {
        public string? Alias { get; init; }

        public IReadOnlyList<RolloutLane>? Lanes { get; init; }

        public IReadOnlyList<RolloutGuard>? Guards { get; init; }

        public double? Compared { get; init; }

        public double? Tolerance { get; init; }

        public string? Actor { get; init; }

        public string? Reason { get; init; }
    }
}
