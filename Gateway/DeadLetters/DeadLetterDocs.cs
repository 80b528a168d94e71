using Skipper.Gateway.Docs;
using static Skipper.Gateway.Docs.OperationDocs;

namespace Skipper.Gateway.DeadLetters;

/// <summary>Examples for the API description.</summary>
internal static class DeadLetterDocs
{
    private const string Id = "0198c0de00007000800000000000000a";

    private static readonly Response Gone = Problem(
        404, "not_found", $"There is no dead letter {Id} among the oldest 10000: it was replayed or deleted before.");

    private static readonly Response Busy = Problem(
        503, "unavailable", "Somebody else has looked through skipper.dead for 10 s. Try again.");

    public static readonly OperationDocs List = new(
        "Lists the oldest messages that no handler could process, at most 100. They stay where they are.",
        null,
        new Response(
            200,
            "Oldest first.",
            $$"""{"dead_letters":[{"id":"{{Id}}","queue":"skipper_training","reason":"invalid_argument: Unknown task_type 'trainig' on skipper_training; known are: training.","correlation_id":"c-17","dead_since":"2026-01-02T03:04:05+00:00","age_seconds":310.5,"size":25,"body":"{\"task_type\":\"trainig\"}"}]}"""),
        Busy);

    public static readonly OperationDocs Replay = new(
        "Sends a dead letter to the queue it came from. Nobody waits for the reply; if it fails again, it is dead again under a new id.",
        null,
        new Response(200, "The broker has it.", $$"""{"id":"{{Id}}","queue":"skipper_training","state":"replayed"}"""),
        Gone,
        Problem(409, "failed_precondition", "The dead letter does not say which queue it came from, so it can only be deleted."),
        Problem(503, "unavailable", "There is no queue skipper_training: no worker for it has started yet."));

    public static readonly OperationDocs Delete = new(
        "Deletes a dead letter for good.",
        null,
        new Response(200, "It is gone.", $$"""{"id":"{{Id}}","queue":"skipper_training","state":"deleted"}"""),
        Gone,
        Busy);
}
