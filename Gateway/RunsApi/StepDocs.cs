using Skipper.Gateway.Docs;
using static Skipper.Gateway.Docs.OperationDocs;

namespace Skipper.Gateway.RunsApi;

/// <summary>Examples for the API description.</summary>
internal static class StepDocs
{
    private const string Step =
        """{"step":"train[1]","name":"train","item":1,"state":"running","queue":"skipper_training","attempt":2,"max_attempts":3,"timeout_seconds":3600,"failed_count":1,"lost_count":0,"worker":"training-7f2c","progress":{"percent":40,"message":"round 40 of 100"},"started_at":"2026-01-02T03:04:06Z","duration_seconds":12.5}""";

    private static readonly Response Unknown = Problem(404, "not_found", $"Run {RunDocs.Id} has no step 'trian'; it has data, train.");

    public static readonly OperationDocs List = new(
        "Lists the steps of a run, without what they were asked and answered.",
        null,
        new Response(200, "The steps.", $$"""{"steps":[{{Step}}]}"""),
        RunDocs.Unknown);

    public static readonly OperationDocs Find = new(
        "Tells everything about a step, with request and output. An item of a foreach is named train[1].",
        null,
        new Response(200, "The step.", Step),
        Unknown);

    public static readonly OperationDocs Attempts = new(
        "Lists the attempts of a step, oldest first; the last one is that of now.",
        null,
        new Response(
            200,
            "The attempts.",
            """{"attempts":[{"attempt":1,"outcome":"failed","worker":"training-7f2c","started_at":"2026-01-02T03:04:06Z","finished_at":"2026-01-02T03:04:16Z","duration_seconds":10,"error":{"error":"The data service is away.","code":"unavailable","retryable":true}},{"attempt":2,"outcome":"running","worker":"training-81aa","started_at":"2026-01-02T03:04:26Z","duration_seconds":3}]}"""),
        Unknown);

    public static readonly OperationDocs Logs = new(
        "What an attempt of a step logged, at most 500 lines; ?attempt= is the last one if absent, ?after= the number of the last line seen.",
        null,
        new Response(
            200,
            "The lines.",
            """{"attempt":2,"logs":[{"seq":1,"at":"2026-01-02T03:04:07Z","level":"information","message":"Read 506 rows."}]}"""),
        Unknown);
}
