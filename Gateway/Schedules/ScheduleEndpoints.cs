using Skipper.Gateway.Docs;
using Skipper.Gateway.Runs;
using Skipper.Gateway.Workflows;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Gateway.Schedules;

/// <summary>Schedules over HTTP.</summary>
internal static class ScheduleEndpoints
{
    private const string Prefix = "/api/v1/skipper/schedules";

    public static void MapSchedules(this WebApplication app)
    {
        var schedules = app.MapGroup(Prefix).WithTags("schedules");
        schedules.MapGet("", ListAsync).WithDocs(ScheduleDocs.List);
        schedules.MapGet("/{name}", GetAsync).WithDocs(ScheduleDocs.Find);
        schedules.MapPut("/{name}", SaveAsync).WithDocs(ScheduleDocs.Save);
        schedules.MapDelete("/{name}", DeleteAsync).WithDocs(ScheduleDocs.Delete);
        schedules.MapPost("/{name}/pause", PauseAsync).WithDocs(ScheduleDocs.Pause);
        schedules.MapPost("/{name}/resume", ResumeAsync).WithDocs(ScheduleDocs.Resume);
        schedules.MapPost("/{name}/trigger", TriggerAsync).WithDocs(ScheduleDocs.Trigger);
    }

    private static async Task<IResult> ListAsync(ScheduleStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var found = await store.ListAsync(cancellationToken);
        return Results.Json(
            new { Schedules = found.Select(schedule => ScheduleReply.Of(schedule, now)) }, MessageJson.Options);
    }

    private static async Task<IResult> GetAsync(
        string name, ScheduleStore store, TimeProvider time, CancellationToken cancellationToken) =>
        Reply(await RequireAsync(name, store, cancellationToken), time);

    private static async Task<IResult> SaveAsync(
        string name,
        HttpRequest request,
        ScheduleStore store,
        WorkflowStore workflows,
        ScheduleKeeper keeper,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        var body = await BodyReader.ReadAsync<ScheduleRequest>(request, cancellationToken);
        var schedule = body.Check(name, time.GetUtcNow());
        await workflows.RequireAsync(schedule.Workflow, schedule.Version, cancellationToken);
        await store.SaveAsync(schedule, cancellationToken);
        return await ChangedAsync(name, store, keeper, time, cancellationToken);
    }

    private static async Task<IResult> DeleteAsync(
        string name, ScheduleStore store, ScheduleKeeper keeper, CancellationToken cancellationToken)
    {
        if (!await store.DeleteAsync(name, cancellationToken))
        {
            throw Unknown(name);
        }

        keeper.Changed(name);
        return Results.Json(new { Name = name, State = "deleted" }, MessageJson.Options);
    }

    private static async Task<IResult> PauseAsync(
        string name,
        HttpRequest request,
        ScheduleStore store,
        ScheduleKeeper keeper,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        var body = await BodyReader.ReadOptionalAsync<PauseRequest>(request, cancellationToken);
        var reason = body.Reason is null ? null : StoredText.Clean(body.Reason);
        return await store.PauseAsync(name, reason, cancellationToken)
            ? await ChangedAsync(name, store, keeper, time, cancellationToken)
            : throw Unknown(name);
    }

    private static async Task<IResult> ResumeAsync(
        string name, ScheduleStore store, ScheduleKeeper keeper, TimeProvider time, CancellationToken cancellationToken) =>
        await store.ResumeAsync(name, cancellationToken)
            ? await ChangedAsync(name, store, keeper, time, cancellationToken)
            : throw Unknown(name);

    private static async Task<IResult> TriggerAsync(
        string name,
        HttpRequest request,
        ScheduleStore store,
        IRunLauncher launcher,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        var schedule = await RequireAsync(name, store, cancellationToken);
        var slot = time.GetUtcNow();
        var run = await launcher.StartAsync(schedule.Launch(slot), cancellationToken);
        request.HttpContext.Response.Headers.Location = $"{request.PathBase}/api/v1/skipper/runs/{run.Id}";
        return Results.Json(
            new { run.Id, Schedule = name, Slot = slot }, MessageJson.Options, statusCode: StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> ChangedAsync(
        string name, ScheduleStore store, ScheduleKeeper keeper, TimeProvider time, CancellationToken cancellationToken)
    {
        keeper.Changed(name);
        return Reply(await RequireAsync(name, store, cancellationToken), time);
    }

    private static async Task<Schedule> RequireAsync(string name, ScheduleStore store, CancellationToken cancellationToken) =>
        await store.FindAsync(name, cancellationToken) ?? throw Unknown(name);

    private static IResult Reply(Schedule schedule, TimeProvider time) =>
        Results.Json(ScheduleReply.Of(schedule, time.GetUtcNow()), MessageJson.Options);

    private static MeshException Unknown(string name) => MeshException.NotFound($"There is no schedule '{name}'.");
}
