using Skipper.Gateway.Docs;
using static Skipper.Gateway.Docs.OperationDocs;

namespace Skipper.Gateway.RunsApi;

/// <summary>Examples for the API description.</summary>
internal static class RunDocs
{
    public const string Id = "01980f5e-3c7a-7b1e-9f0a-5d2c8e4b6a10";

    public static readonly Response Unknown = Problem(
        404, "not_found", $"There is no run '{Id}'. It never existed, or it was deleted because of its age.");

    private const string Times = "\"created_at\":\"2026-01-02T03:04:05Z\",\"started_at\":\"2026-01-02T03:04:06Z\"";

    private static readonly string Links =
        $$"""{"self":"{{RunLinks.Runs}}/{{Id}}","events":"{{RunLinks.Runs}}/{{Id}}/events","steps":"{{RunLinks.Runs}}/{{Id}}/steps","why":"{{RunLinks.Runs}}/{{Id}}/why","cancel":"{{RunLinks.Runs}}/{{Id}}/cancel"}""";

    public static readonly OperationDocs List = new(
        "Lists runs, newest first. Filters: state (several with commas), workflow, schedule, since, until, rerun_of, backfill; "
        + "page_size is 1 to 200, 50 if absent; next_link is absent on the last page.",
        null,
        new Response(
            200,
            "A page.",
            $$"""{"runs":[{"id":"{{Id}}","workflow":"house-prices","version":3,"state":"running","rev":4,"priority":5,{{Times}},"duration_seconds":12.5,"links":{{Links}}}],"next_page_token":"AZgPXjx6ex6fCl0sjktqEA","next_link":"{{RunLinks.Runs}}?state=running&page_token=AZgPXjx6ex6fCl0sjktqEA"}"""),
        Problem(400, "invalid_argument", "Unknown state 'runing'; known are accepted, running, succeeded, failed, timed_out, cancelled."));

    public static readonly OperationDocs Find = new(
        "Tells how a run is. With ?wait=30 or Prefer: wait=30 it waits until the revision changes from the one in If-None-Match, or from that "
        + "of now; the ETag is the revision, which counts events and not progress.",
        null,
        new Response(
            200,
            "The run; Retry-After is there while it has not ended. A run that failed is a 200 with its error.",
            $$"""{"id":"{{Id}}","workflow":"house-prices","version":3,"state":"running","rev":4,"priority":5,{{Times}},"duration_seconds":12.5,"progress":{"percent":55,"message":"round 40 of 100"},"step_counts":{"succeeded":1,"running":1,"waiting":1},"links":{{Links}}}"""),
        new Response(304, "It is at the revision in If-None-Match, also after the wait."),
        Unknown,
        Problem(503, "unavailable", "1000 clients wait for runs already, which is as many as may. Ask without waiting."));

    public static readonly OperationDocs Events = new(
        "Streams the events of a run as text/event-stream: first those after Last-Event-ID, then those that come, until the run has ended. "
        + "Events of the type progress have no id.",
        null,
        new Response(
            200,
            "The events.",
            "id: 2\nevent: step.started\ndata: {\"seq\":2,\"at\":\"2026-01-02T03:04:06Z\",\"type\":\"step.started\",\"step\":\"train\",\"attempt\":1}\n\n")
        { Type = "text/event-stream" },
        new Response(204, "The run has ended, and Last-Event-ID is its last event: do not come back."),
        Problem(400, "invalid_argument", "Last-Event-ID must be the id of an event, a whole number, was 'x'."),
        Unknown,
        Problem(503, "unavailable", "1000 clients wait for runs already, which is as many as may. Ask without waiting."));

    public static readonly OperationDocs Feed = new(
        "Streams the list of runs as text/event-stream: the newest 100 runs and those that have not ended, then each that changes, as "
        + "events of the type run. Each is the run as it is, not what changed, so a client that comes back needs no id.",
        null,
        new Response(
            200,
            "The runs.",
            $"event: run\ndata: {{\"id\":\"{Id}\",\"workflow\":\"training\",\"state\":\"running\",\"rev\":2,\"progress\":{{\"percent\":40}}}}\n\n")
        { Type = "text/event-stream" },
        Problem(503, "unavailable", "1000 clients wait for runs already, which is as many as may. Ask without waiting."));

    public static readonly OperationDocs Result = new(
        "What the run answered, as it is.",
        null,
        new Response(200, "The output; text/plain where a worker answered what is not JSON.", """{"model":"boston","version":4}"""),
        Unknown,
        Problem(409, "failed_precondition", "The run is running: it has no result yet."));
}
