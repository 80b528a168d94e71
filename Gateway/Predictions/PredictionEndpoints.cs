using Microsoft.AspNetCore.Mvc;
using Skipper.Gateway.Docs;
using Skipper.Gateway.Idempotency;
using Skipper.Gateway.Schedules;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Messaging.Rpc;

namespace Skipper.Gateway.Predictions;

/// <summary>Predictions that are kept: made, found, listed, and compared with what came true.</summary>
internal static class PredictionEndpoints
{
    private const string Root = "/api/v1/skipper/predictions";
    private const long BodyLimit = 16 * 1024 * 1024;

    public static void MapPredictions(this WebApplication app)
    {
        var predictions = app.MapGroup(Root).WithTags("predictions");
        predictions.MapPost("/", StoreAsync).WithMetadata(new RequestSizeLimitAttribute(BodyLimit)).WithDocs(PredictionDocs.Store);
        predictions.MapGet("/", ListAsync).WithDocs(PredictionDocs.List);
        predictions.MapGet("/{id}", FindAsync).WithDocs(PredictionDocs.Find);
        predictions.MapPost("/{id}/feedback", AddFeedbackAsync)
            .WithMetadata(new RequestSizeLimitAttribute(BodyLimit)).WithDocs(PredictionDocs.Feedback);
        app.MapGet("/api/v1/skipper/models/{name}/live", MeasureAsync).WithTags("predictions").WithDocs(PredictionDocs.Measure);
    }

    private static async Task<IResult> StoreAsync(HttpRequest request, IRpcClient rpc, CancellationToken cancellationToken)
    {
        var order = await BodyReader.ReadAsync<PredictionOrder>(request, cancellationToken);

        // With an id the call may be repeated after a lost answer: it is kept once.
        order = order with { RequestId = order.RequestId ?? KeyOf(request) ?? Guid.CreateVersion7().ToString() };
        var answer = await rpc.CallAsync(new StorePredictions { Data = order }, null, cancellationToken);
        request.HttpContext.Response.Headers.Location = $"{request.PathBase}{Root}/{Uri.EscapeDataString(answer.RequestId)}";
        return Results.Json(answer, MessageJson.Options, statusCode: StatusCodes.Status201Created);
    }

    private static Task<IResult> ListAsync([AsParameters] PredictionQuery query, IRpcClient rpc, CancellationToken cancellationToken) =>
        AnswerAsync(rpc, new ListPredictions { Data = query.ToFilter() }, cancellationToken);

    private static Task<IResult> FindAsync(string id, IRpcClient rpc, CancellationToken cancellationToken) =>
        AnswerAsync(rpc, new FindPredictions { Data = new() { RequestId = id } }, cancellationToken);

    private static async Task<IResult> AddFeedbackAsync(
        string id, HttpRequest request, IRpcClient rpc, CancellationToken cancellationToken)
    {
        var body = await BodyReader.ReadAsync<FeedbackBody>(request, cancellationToken);
        return await AnswerAsync(rpc, new AddFeedback { Data = new() { RequestId = id, Labels = body.Labels } }, cancellationToken);
    }

    private static Task<IResult> MeasureAsync(
        string name, DateTimeOffset? since, DateTimeOffset? until, IRpcClient rpc, CancellationToken cancellationToken) =>
        AnswerAsync(rpc, new MeasurePredictions { Data = new() { Model = name, Since = since, Until = until } }, cancellationToken);

    private static async Task<IResult> AnswerAsync<TReply>(IRpcClient rpc, IRequest<TReply> request, CancellationToken cancellationToken) =>
        Results.Json(await rpc.CallAsync(request, null, cancellationToken), MessageJson.Options);

    private static string? KeyOf(HttpRequest request) => IdempotencyKey.Of(request, default)?.Key;

    private sealed record FeedbackBody
    {
        public required IReadOnlyList<RowLabel> Labels { get; init; }
    }
}
