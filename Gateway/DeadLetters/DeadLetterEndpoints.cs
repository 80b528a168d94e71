using Skipper.Gateway.Docs;
using Skipper.Gateway.Security;
using Skipper.Shared.Messaging.DeadLetters;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Gateway.DeadLetters;

/// <summary>Messages that no handler could process: look at them, send them once more, delete them.</summary>
internal static class DeadLetterEndpoints
{
    public static void MapDeadLetters(this WebApplication app)
    {
        var letters = app.MapGroup("/api/v1/skipper/dead-letters").WithTags("dead letters");
        letters.MapGet("", ListAsync).WithDocs(DeadLetterDocs.List);
        letters.MapPost("/{id}/replay", ReplayAsync).Requires(Scope.Admin).WithDocs(DeadLetterDocs.Replay);
        letters.MapDelete("/{id}", DeleteAsync).WithDocs(DeadLetterDocs.Delete);
    }

    private static async Task<IResult> ListAsync(DeadLetterQueue queue, CancellationToken cancellationToken) => Results.Json(
        new { DeadLetters = await queue.ListAsync(DeadLetterQueue.ListLimit, cancellationToken) }, MessageJson.Options);

    private static async Task<IResult> ReplayAsync(string id, DeadLetterQueue queue, CancellationToken cancellationToken) =>
        Done(await queue.ReplayAsync(id, cancellationToken), "replayed");

    private static async Task<IResult> DeleteAsync(string id, DeadLetterQueue queue, CancellationToken cancellationToken) =>
        Done(await queue.DeleteAsync(id, cancellationToken), "deleted");

    private static IResult Done(DeadLetter letter, string state) =>
        Results.Json(new { letter.Id, letter.Queue, State = state }, MessageJson.Options);
}
