using Skipper.Gateway.Docs;
using static Skipper.Gateway.Docs.OperationDocs;

namespace Skipper.Gateway.Schedules;

/// <summary>Examples for the API description.</summary>
internal static class ScheduleDocs
{
    private const string Id = "01980f5e-3c7a-7b1e-9f0a-5d2c8e4b6a10";

    private const string Example =
        $$"""{"name":"daily-weather","workflow":"weather","cron":"30 2 * * *","time_zone":"Europe/Berlin","misfire":"run_once","overlap":"skip","input":{"city":"Berlin"},"enabled":true,"next":["2026-01-03T01:30:00+00:00","2026-01-04T01:30:00+00:00","2026-01-05T01:30:00+00:00","2026-01-06T01:30:00+00:00","2026-01-07T01:30:00+00:00"],"last_run":{"id":"{{Id}}","state":"succeeded","slot":"2026-01-02T01:30:00+00:00"},"created_at":"2026-01-01T12:00:00+00:00","changed_at":"2026-01-01T12:00:00+00:00"}""";

    private const string Paused =
        """{"name":"daily-weather","workflow":"weather","cron":"30 2 * * *","time_zone":"Europe/Berlin","misfire":"run_once","overlap":"skip","enabled":false,"paused_reason":"The station is being repaired.","next":[],"created_at":"2026-01-01T12:00:00+00:00","changed_at":"2026-01-02T08:00:00+00:00"}""";

    private static readonly Response Unknown = Problem(404, "not_found", "There is no schedule 'dayly-weather'.");

    public static readonly OperationDocs List = new(
        "Lists the schedules by name, each with its newest run and its next five times.",
        null,
        new Response(200, "All of them.", $$"""{"schedules":[{{Example}}]}"""));

    public static readonly OperationDocs Find = new(
        "Tells how a schedule is: its newest run, its next five times, and why it is paused.",
        null,
        new Response(200, "The schedule.", Example),
        Unknown);

    public static readonly OperationDocs Save = new(
        "Makes or changes a schedule. cron has five fields as in crontab, or six or seven that begin with seconds. misfire says what becomes "
        + "of times at which no gateway was there: run_once (one run for the newest), skip, run_all (the newest 100). overlap says what "
        + "happens while a run is unfinished: skip (the time is left out) or allow.",
        """{"workflow":"weather","cron":"30 2 * * *","time_zone":"Europe/Berlin","input":{"city":"Berlin"}}""",
        new Response(200, "The schedule as it is now.", Example),
        Problem(404, "not_found", "There is no workflow 'wether'. Upload its definition first."),
        Problem(422, "invalid_argument", "There is no time zone 'Europe/Lundon'. Expected a name of the IANA database, such as Europe/Berlin or UTC."));

    public static readonly OperationDocs Delete = new(
        "Deletes a schedule. Its runs stay.",
        null,
        new Response(200, "It is gone.", """{"name":"daily-weather","state":"deleted"}"""),
        Unknown);

    public static readonly OperationDocs Pause = new(
        "Pauses a schedule. Its times are left out until it is resumed; a run that has begun goes on.",
        """{"reason":"The station is being repaired."}""",
        new Response(200, "The schedule as it is now.", Paused),
        Unknown);

    public static readonly OperationDocs Resume = new(
        "Resumes a schedule from now on.", null, new Response(200, "The schedule as it is now.", Example), Unknown);

    public static readonly OperationDocs Trigger = new(
        "Starts a run of a schedule now, also where it is paused. Its slot is the current time.",
        null,
        new Response(
            202,
            "Accepted; Location says where the run is.",
            $$"""{"id":"{{Id}}","schedule":"daily-weather","slot":"2026-01-02T08:15:30.123456+00:00"}"""),
        Unknown,
        Problem(409, "already_exists", "A run of this schedule is unfinished, and its overlap policy is skip."));
}
