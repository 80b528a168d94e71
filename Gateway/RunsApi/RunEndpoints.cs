using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Skipper.Gateway.Docs;
using Skipper.Gateway.Runs;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Gateway.RunsApi;

/// <summary>Runs over HTTP: find them, wait for them, and see how they ended.</summary>
internal static class RunEndpoints
{
    public static void MapRuns(this WebApplication app)
    {
        var runs = app.MapGroup(RunLinks.Runs).WithTags("runs");
        runs.MapGet("", ListAsync).WithDocs(RunDocs.List);
        runs.MapGet("/events", FeedAsync).WithDocs(RunDocs.Feed);
        runs.MapGet("/{id}", FindAsync).WithDocs(RunDocs.Find);
        runs.MapGet("/{id}/events", EventsAsync).WithDocs(RunDocs.Events);
        runs.MapGet("/{id}/result", ResultAsync).WithDocs(RunDocs.Result);
        runs.MapSteps();
        runs.MapControl();
    }

    private static async Task<IResult> ListAsync(
        HttpRequest request, RunReader runs, TimeProvider time, CancellationToken cancellationToken)
    {
        var filter = RunQuery.Filter(request.Query);
        var size = RunQuery.PageSize(request.Query);

        // One more than asked for tells whether there is a next page.
        var found = await runs.ListAsync(filter, size + 1, cancellationToken);
        var page = found.Take(size).ToList();
        var links = new RunLinks(request.PathBase);
        var token = found.Count > size ? PageToken.Of(page[^1].Id) : null;
        return Json(new
        {
            Runs = page.Select(run => RunReply.Of(run, links, time.GetUtcNow())),
            NextPageToken = token,
            NextLink = token is null ? null : NextLink(request.Query, links, token),
        });
    }

    private static string NextLink(IQueryCollection query, RunLinks links, string token) => QueryHelpers.AddQueryString(
        links.List, query.Where(pair => pair.Key != "page_token").Append(new KeyValuePair<string, StringValues>("page_token", token)));

    private static Task FeedAsync(HttpContext http, RunFeedStream stream) => stream.WriteAsync(http);

    private static async Task<IResult> FindAsync(
        string id, HttpRequest request, RunPoll poll, RunReader runs, TimeProvider time, CancellationToken cancellationToken)
    {
        var (wait, isPreference) = poll.Wanted(request);
        var known = KnownRevision(request.Headers.IfNoneMatch);
        var run = await poll.ReadAsync(id, known, wait, cancellationToken);

        var headers = request.HttpContext.Response.Headers;
        headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{run.Rev}\"");
        headers.CacheControl = "no-cache";
        if (isPreference)
        {
            headers["Preference-Applied"] = string.Create(CultureInfo.InvariantCulture, $"wait={wait.TotalSeconds}");
        }

        if (!run.IsFinal)
        {
            headers.RetryAfter = "1";
        }

        return known == run.Rev
            ? Results.StatusCode(StatusCodes.Status304NotModified)
            : Json(RunReply.Of(
                run, await runs.GroupsAsync(run.Id, cancellationToken), new RunLinks(request.PathBase), time.GetUtcNow()));
    }

    private static long? KnownRevision(StringValues tags)
    {
        var tag = tags.ToString().Trim();
        return long.TryParse(
            tag.StartsWith("W/", StringComparison.Ordinal) ? tag[2..].Trim('"') : tag.Trim('"'),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var revision)
            ? revision
            : null;
    }

    private static async Task EventsAsync(string id, HttpContext http, RunReader runs, RunEventStream stream)
    {
        var last = http.Request.Headers["Last-Event-ID"].ToString();
        var after = 0L;
        if (last.Length > 0 && !long.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out after))
        {
            throw new BadHttpRequestException($"Last-Event-ID must be the id of an event, a whole number, was '{last}'.");
        }

        await stream.WriteAsync(http, await runs.RunAsync(id, http.RequestAborted), after);
    }

    private static async Task<IResult> ResultAsync(string id, RunReader runs, CancellationToken cancellationToken)
    {
        var run = await runs.ResultAsync(RunLookup.Id(id), cancellationToken) ?? throw RunLookup.Unknown(id);
        return run.State switch
        {
            RunState.Succeeded when run.Output is null || JsonText.IsJson(run.Output) =>
                Results.Text(run.Output ?? "null", "application/json; charset=utf-8"),
            RunState.Succeeded => Results.Text(run.Output, "text/plain; charset=utf-8"),
            RunState.Accepted or RunState.Running => throw MeshException.FailedPrecondition(
                $"The run is {run.State}: it has no result yet. Wait for it with {RunLinks.Runs}/{id}?wait=30."),
            _ => throw new MeshException(ErrorCode.FailedPrecondition, $"The run is {run.State}, so it has no result.")
            {
                Details = run.Error is null
                    ? null
                    : JsonSerializer.SerializeToElement(new { error = new JsonText(run.Error) }, MessageJson.Options),
            },
        };
    }

    private static IResult Json(object body) => Results.Json(body, MessageJson.Options);
}
