using Skipper.Gateway.Docs;
using Skipper.Gateway.Schedules;
using Skipper.Gateway.Workflows;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Gateway.Backfills;

/// <summary>Backfills over HTTP.</summary>
internal static class BackfillEndpoints
{
    private const string Prefix = "/api/v1/skipper";

    public static void MapBackfills(this WebApplication app)
    {
        var backfills = app.MapGroup(Prefix).WithTags("backfills");
        backfills.MapPost("/workflows/{name}/backfills", StartAsync).WithDocs(BackfillDocs.Start);
        backfills.MapGet("/backfills", ListAsync).WithDocs(BackfillDocs.List);
        backfills.MapGet("/backfills/{id}", GetAsync).WithDocs(BackfillDocs.Find);
        backfills.MapPost("/backfills/{id}/pause", PauseAsync).WithDocs(BackfillDocs.Pause);
        backfills.MapPost("/backfills/{id}/resume", ResumeAsync).WithDocs(BackfillDocs.Resume);
        backfills.MapPost("/backfills/{id}/cancel", CancelAsync).WithDocs(BackfillDocs.Cancel);
    }

    private static async Task<IResult> StartAsync(
        string name,
        HttpRequest request,
        BackfillStore store,
        WorkflowStore workflows,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        var body = await BodyReader.ReadAsync<BackfillRequest>(request, cancellationToken);
        var backfill = body.Check(name, time.GetUtcNow());
        var slots = BackfillSlots.Of(backfill.Every, backfill.TimeZone, backfill.SlotFrom, backfill.SlotTo);

        // Pinned: half of the slots computed by another version would be worth little.
        backfill = backfill with
        {
            Version = (await workflows.RequireAsync(name, body.Version, cancellationToken)).Version,
            NextSlot = slots[0],
        };
        if (body.DryRun)
        {
            var runs = await store.RunsAsync(name, backfill.SlotFrom, backfill.SlotTo, cancellationToken);
            var plan = BackfillPlan.Of(backfill, slots, runs);
            var actions = plan.CountBy(slot => slot.Action).ToDictionary();
            return Results.Json(new { backfill.Workflow, backfill.Version, Actions = actions, Slots = plan }, MessageJson.Options);
        }

        await store.AddAsync(backfill, cancellationToken);
        request.HttpContext.Response.Headers.Location = $"{request.PathBase}{Prefix}/backfills/{backfill.Id}";
        return Results.Json(
            new { backfill.Id, backfill.State, Slots = slots.Count }, MessageJson.Options, statusCode: StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> ListAsync(BackfillStore store, CancellationToken cancellationToken) => Results.Json(
        new { Backfills = (await store.ListAsync(cancellationToken)).Select(BackfillReply.Of) }, MessageJson.Options);

    private static async Task<IResult> GetAsync(string id, BackfillStore store, CancellationToken cancellationToken)
    {
        var backfill = await RequireAsync(id, store, cancellationToken);
        var runs = await store.CountsAsync(backfill.Id, cancellationToken);
        return Results.Json(BackfillReply.Of(backfill, runs), MessageJson.Options);
    }

    private static async Task<IResult> PauseAsync(
        string id, HttpRequest request, BackfillStore store, CancellationToken cancellationToken)
    {
        var body = await BodyReader.ReadOptionalAsync<PauseRequest>(request, cancellationToken);
        return await ChangeAsync(
            id, BackfillState.Paused, found => store.PauseAsync(found, body.Reason, cancellationToken), store, cancellationToken);
    }

    private static Task<IResult> ResumeAsync(string id, BackfillStore store, CancellationToken cancellationToken) => ChangeAsync(
        id, BackfillState.Running, found => store.ResumeAsync(found, cancellationToken), store, cancellationToken);

    private static Task<IResult> CancelAsync(string id, BackfillStore store, CancellationToken cancellationToken) => ChangeAsync(
        id, BackfillState.Cancelled, found => store.CancelAsync(found, cancellationToken), store, cancellationToken);

    private static async Task<IResult> ChangeAsync(
        string id, string state, Func<Guid, Task<bool>> change, BackfillStore store, CancellationToken cancellationToken)
    {
        var backfill = await RequireAsync(id, store, cancellationToken);
        if (!await change(backfill.Id))
        {
            var found = await RequireAsync(id, store, cancellationToken);
            if (found.State != state)
            {
                throw MeshException.FailedPrecondition($"Backfill {id} is {found.State}, so it cannot become {state}.");
            }
        }

        return await GetAsync(id, store, cancellationToken);
    }

    private static async Task<Backfill> RequireAsync(string id, BackfillStore store, CancellationToken cancellationToken) =>
        (Guid.TryParseExact(id, "D", out var parsed) ? await store.FindAsync(parsed, cancellationToken) : null)
        ?? throw MeshException.NotFound($"There is no backfill '{id}'.");
}
