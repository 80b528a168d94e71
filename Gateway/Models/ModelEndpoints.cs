using Microsoft.AspNetCore.Mvc;
using Skipper.Gateway.Docs;
using Skipper.Gateway.Tasks;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Messaging.Rpc;

namespace Skipper.Gateway.Models;

/// <summary>Models and predictions over HTTP; rows and predictions pass through as bytes.</summary>
internal static class ModelEndpoints
{
    private const long BodyLimit = 16 * 1024 * 1024;

    public static void MapModels(this WebApplication app)
    {
        var models = app.MapGroup("/api/v1/skipper/models").WithTags("models");
        models.MapGet("/", ListAsync).WithDocs(ModelDocs.List);
        models.MapGet("/{name}", FindAsync).WithDocs(ModelDocs.Find);
        models.MapVersions();
        models.MapAliases();
        models.MapInsights();
        app.MapPost("/api/v1/skipper/predict/{model}", PredictAsync).WithTags("models")
            .WithMetadata(new RequestSizeLimitAttribute(BodyLimit)).WithDocs(ModelDocs.Predict);
    }

    private static async Task<IResult> ListAsync(IRpcClient rpc, CancellationToken cancellationToken) =>
        Results.Json(await rpc.CallAsync(new ListModels(), null, cancellationToken), MessageJson.Options);

    private static async Task<IResult> FindAsync(
        [AsParameters] ModelQuery query, IRpcClient rpc, CancellationToken cancellationToken) =>
        Results.Json(await rpc.CallAsync(new FindModel { Data = query.ToName() }, null, cancellationToken), MessageJson.Options);

    private static async Task<IResult> PredictAsync(
        string model, HttpRequest request, IRpcClient rpc, CancellationToken cancellationToken)
    {
        var body = await RequestBody.ReadAsync(request, cancellationToken);
        var reply = await rpc.CallAsync(Queues.Serving, PredictBody.ToRequest(model, body), null, cancellationToken);
        return Results.Bytes(reply, "application/json; charset=utf-8");
    }
}
