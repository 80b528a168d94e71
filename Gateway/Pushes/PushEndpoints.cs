using System.Text.Json;
using Skipper.Gateway.Docs;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Gateway.Pushes;

/// <summary>What came by push, to be looked at.</summary>
internal static class PushEndpoints
{
    public static void MapPushes(this WebApplication app) =>
        app.MapGet("/api/v1/skipper/pushes", ListAsync).WithTags("preprocessing").WithDocs(PushDocs.List);

    private static async Task<IResult> ListAsync(string? state, PushStore store, CancellationToken cancellationToken)
    {
        if (state is not (null or PushState.Done or PushState.Failed or PushState.Malformed))
        {
            throw new BadHttpRequestException($"state is done, failed or malformed, was '{state}'.");
        }

        var pushes = await store.ListAsync(state, cancellationToken);
        return Results.Json(new { Pushes = pushes.Select(Shown) }, MessageJson.Options);
    }

    private static object Shown(Push push) => new
    {
        push.Subscription,
        push.MessageId,
        push.Kind,
        push.State,
        push.Artifact,
        Answer = push.Answer is { } answer ? JsonSerializer.Deserialize<JsonElement>(answer) : (JsonElement?)null,
        push.Reason,
        push.ReceivedAt,
    };
}
