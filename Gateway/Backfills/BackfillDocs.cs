using Skipper.Gateway.Docs;
using static Skipper.Gateway.Docs.OperationDocs;

namespace Skipper.Gateway.Backfills;

/// <summary>Examples for the API description.</summary>
internal static class BackfillDocs
{
    private const string Id = "01980f5e-3c7a-7b1e-9f0a-5d2c8e4b6a10";

    private const string Head =
        $$"""{"id":"{{Id}}","workflow":"weather","version":3,"state":"running","from":"2026-01-01T00:00:00+00:00","to":"2026-02-01T00:00:00+00:00","every":"1d","time_zone":"UTC","max_parallel":2,"on_existing":"skip","next_slot":"2026-01-09T00:00:00+00:00",""";

    private const string Tail = "\"created_at\":\"2026-02-01T12:00:00+00:00\"}";

    private const string Example =
        $$"""{{Head}}"slots":{"total":31,"done":6,"skipped":1},"runs":{"running":2,"succeeded":5},{{Tail}}""";

    private static readonly Response Now = new(200, "The backfill as it is now.", Example);

    private static readonly Response Unknown = Problem(404, "not_found", $"There is no backfill '{Id}'.");

    private static readonly Response Final = Problem(
        409, "failed_precondition", $"Backfill {Id} is finished, so it cannot become paused.");

    public static readonly OperationDocs Start = new(
        "Runs a workflow for each slot from a time up to, not including, another; at most 10000 slots, oldest first, max_parallel at a time, "
        + "after the runs of people and schedules. every is 90s, 15m, 6h, 1d, 2w or a cron expression. A slot that has a run which succeeded "
        + "or goes on is left alone; one whose run failed too (on_existing: skip) or not (rerun_failed). With dry_run nothing is started, "
        + "and the answer is 200 with what would be done for each slot.",
        """{"from":"2026-01-01","to":"2026-02-01","every":"1d","time_zone":"UTC","max_parallel":2,"on_existing":"skip"}""",
        new Response(
            200,
            "With dry_run: what would be done: run, rerun or skip.",
            $$"""{"workflow":"weather","version":3,"actions":{"run":1,"skip":1},"slots":[{"slot":"2026-01-01T00:00:00+00:00","action":"run"},{"slot":"2026-01-02T00:00:00+00:00","action":"skip","run_id":"{{Id}}","run_state":"succeeded"}]}"""),
        new Response(202, "Accepted; Location says where its progress is.", $$"""{"id":"{{Id}}","state":"running","slots":31}"""),
        Problem(404, "not_found", "There is no workflow 'wether'. Upload its definition first."),
        Problem(422, "invalid_argument", "every must be a number and one of s, m, h, d, w, such as 1d, or a cron expression, was 'day'."));

    public static readonly OperationDocs List = new(
        "Lists the newest hundred backfills.", null, new Response(200, "Newest first.", $$"""{"backfills":[{{Head}}{{Tail}}]}"""));

    public static readonly OperationDocs Find = new(
        "Tells how far a backfill is: its slots, its runs by state, and why it is paused.", null, Now, Unknown);

    public static readonly OperationDocs Pause = new(
        "Starts no more runs until it is resumed; those that have begun go on.", """{"reason":"Too much load."}""", Now, Unknown, Final);

    public static readonly OperationDocs Resume = new("Goes on where it was paused.", null, Now, Unknown, Final);

    public static readonly OperationDocs Cancel = new(
        "Starts no more runs, for good; those that have begun go on.", null, Now, Unknown, Final);
}
