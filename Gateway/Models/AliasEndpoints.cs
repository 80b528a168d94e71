using Skipper.Gateway.Docs;
using Skipper.Gateway.Schedules;
using Skipper.Gateway.Security;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Messaging.Rpc;

namespace Skipper.Gateway.Models;

/// <summary>Aliases of a model over HTTP: where they point, where they pointed, promotion and rollback.</summary>
internal static class AliasEndpoints
{
    public static void MapAliases(this RouteGroupBuilder models)
    {
        models.MapGet("/{name}/aliases", ListAsync).WithDocs(ModelDocs.Aliases);
        models.MapGet("/{name}/aliases/{alias}", HistoryAsync).WithDocs(ModelDocs.History);
        models.MapPut("/{name}/aliases/{alias}", PromoteAsync).WithDocs(ModelDocs.Promote);
        models.MapPost("/{name}/aliases/{alias}/rollback", RollBackAsync).Requires(Scope.Admin).WithDocs(ModelDocs.RollBack);
    }

    private static async Task<IResult> ListAsync(string name, IRpcClient rpc, CancellationToken cancellationToken) => Results.Json(
        await rpc.CallAsync(new ListModelAliases { Data = new ModelName { Name = name } }, null, cancellationToken),
        MessageJson.Options);

    private static async Task<IResult> HistoryAsync(
        string name, string alias, IRpcClient rpc, CancellationToken cancellationToken) => Results.Json(
        await rpc.CallAsync(new ListModelAliases { Data = new ModelName { Name = name, Alias = alias } }, null, cancellationToken),
        MessageJson.Options);

    private static async Task<IResult> PromoteAsync(
        string name, string alias, HttpRequest request, IRpcClient rpc, CancellationToken cancellationToken)
    {
        var body = await BodyReader.ReadAsync<PromotionBody>(request, cancellationToken);
        var version = body.Version
            ?? throw MeshException.InvalidArgument("Name the version that the alias is to point at: {\"version\": 1}.");
        var promotion = new PromoteModel
        {
            Data = new()
            {
                Name = name,
                Version = version,
                Alias = alias,
                Actor = body.Actor,
                Reason = body.Reason,
                Gate = body.Gate,
            },
        };
        return Results.Json(await rpc.CallAsync(promotion, null, cancellationToken), MessageJson.Options);
    }

    private static async Task<IResult> RollBackAsync(
        string name, string alias, HttpRequest request, IRpcClient rpc, CancellationToken cancellationToken)
    {
        var body = await BodyReader.ReadOptionalAsync<RollbackBody>(request, cancellationToken);
        return Results.Json(
            await rpc.CallAsync(
                new RollbackModel { Data = new() { Name = name, Alias = alias, Actor = body.Actor, Reason = body.Reason } },
                null,
                cancellationToken),
            MessageJson.Options);
    }

    private sealed record PromotionBody(int? Version, string? Actor, string? Reason, PromotionGate? Gate);

    private sealed record RollbackBody
    {
        public string? Actor { get; init; }

        public string? Reason { get; init; }
    }
}
