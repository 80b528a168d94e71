using System.Globalization;
using Skipper.Gateway.Docs;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Gateway.RunsApi;

/// <summary>The steps of a run: what they were asked, what they answered, how often they were tried, what they logged.</summary>
internal static class StepEndpoints
{
    public static void MapSteps(this RouteGroupBuilder runs)
    {
        runs.MapGet("/{id}/steps", ListAsync).WithDocs(StepDocs.List);
        runs.MapGet("/{id}/steps/{step}", FindAsync).WithDocs(StepDocs.Find);
        runs.MapGet("/{id}/steps/{step}/attempts", AttemptsAsync).WithDocs(StepDocs.Attempts);
        runs.MapGet("/{id}/steps/{step}/logs", LogsAsync).WithDocs(StepDocs.Logs);
    }

    private static async Task<IResult> ListAsync(string id, RunReader runs, TimeProvider time, CancellationToken cancellationToken)
    {
        var run = await runs.RunAsync(id, cancellationToken);
        var steps = await runs.StepsAsync(run.Id, cancellationToken);
        return Json(new { Steps = steps.Select(step => StepReply.Of(step, time.GetUtcNow())) });
    }

    private static async Task<IResult> FindAsync(
        string id, string step, RunReader runs, TimeProvider time, CancellationToken cancellationToken) =>
        Json(StepReply.Of(await runs.StepAsync(id, step, cancellationToken), time.GetUtcNow()));

    private static async Task<IResult> AttemptsAsync(
        string id, string step, RunReader runs, TimeProvider time, CancellationToken cancellationToken)
    {
        var found = await runs.StepAsync(id, step, cancellationToken);
        var attempts = await runs.AttemptsAsync(RunLookup.Id(id), found.Step, cancellationToken);
        return Json(new { Attempts = attempts.Select(attempt => AttemptReply.Of(attempt, time.GetUtcNow())) });
    }

    private static async Task<IResult> LogsAsync(
        string id, string step, HttpRequest request, RunReader runs, CancellationToken cancellationToken)
    {
        var found = await runs.StepAsync(id, step, cancellationToken);
        var attempt = RunQuery.Number(request.Query, "attempt", 1, int.MaxValue) ?? found.Attempt;
        var after = RunQuery.Number(request.Query, "after", 0, int.MaxValue) ?? -1;
        var lines = await runs.LogsAsync(RunLookup.Id(id), found.Step, attempt, after, cancellationToken);
        var links = new RunLinks(request.PathBase);
        return Json(new
        {
            Attempt = attempt,
            Logs = lines,
            NextLink = lines.Count < RunReader.Batch
                ? null
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"{links.Self(RunLookup.Id(id))}/steps/{Uri.EscapeDataString(step)}/logs?attempt={attempt}&after={lines[^1].Seq}"),
        });
    }

    private static IResult Json(object body) => Results.Json(body, MessageJson.Options);
}
