using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Skipper.Gateway.Docs;
using Skipper.Gateway.Schedules;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Messaging.Rpc;

namespace Skipper.Gateway.Models;

/// <summary>What goes on in a model, over HTTP: explanations of predictions, and drift of what is asked of it.</summary>
internal static class InsightEndpoints
{
    private const long BodyLimit = 16 * 1024 * 1024;

    public static void MapInsights(this RouteGroupBuilder models)
    {
        models.MapPost("/{name}/explain", ExplainAsync)
            .WithMetadata(new RequestSizeLimitAttribute(BodyLimit)).WithDocs(ModelDocs.Explain);
        models.MapGet("/{name}/drift", MeasureAsync).WithDocs(ModelDocs.Drift);
    }

    private static async Task<IResult> ExplainAsync(
        string name, HttpRequest request, IRpcClient rpc, CancellationToken cancellationToken)
    {
        var body = await BodyReader.ReadAsync<ExplainBody>(request, cancellationToken);
        var rows = body.Rows ?? throw MeshException.InvalidArgument(
            $$"""Expected {"rows": [{"column": value, ...}]} or {"rows": [[value, ...]]}, found no 'rows'.""");
        var message = new ExplainRows { Data = new ExplanationRows { Model = name, Rows = rows, Outputs = body.Outputs } };
        return Results.Json(await rpc.CallAsync(message, null, cancellationToken), MessageJson.Options);
    }

    private static async Task<IResult> MeasureAsync(
        string name, double? hours, IRpcClient rpc, CancellationToken cancellationToken) => Results.Json(
        await rpc.CallAsync(
            new MeasureDrift { Data = new DriftQuestion { Model = name, Hours = hours } }, null, cancellationToken),
        MessageJson.Options);

    private sealed record ExplainBody(IReadOnlyList<JsonElement>? Rows, IReadOnlyList<string>? Outputs);
}
