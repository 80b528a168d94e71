using Skipper.Gateway.Docs;
using static Skipper.Gateway.Docs.OperationDocs;

namespace Skipper.Gateway.Workers;

/// <summary>Examples for the API description.</summary>
internal static class WorkerDocs
{
    public static readonly OperationDocs Queues = new(
        "Lists the queues of all known task types and of the mesh itself: who listens, what waits.",
        null,
        new Response(
            200,
            "Task queues by name, then those of the mesh.",
            """{"queues":[{"queue":"skipper_training","exists":true,"consumers":2,"waiting":0,"queued_steps":14,"running_steps":2}]}"""),
        Problem(503, "unavailable", "There is no connection to the broker."));

    public static readonly OperationDocs Workers = new(
        "Lists the workers that had steps of runs accepted in the last ?hours= (24): what they have in hand and what they did. Workers "
        + "that only answered calls are not in it; the consumers of a queue are.",
        null,
        new Response(
            200,
            "By name and queue.",
            """{"since":"2026-01-01T03:04:05Z","workers":[{"worker":"gpu-1/4711","queue":"skipper_training","running":1,"succeeded":12,"failed":0,"last_active_at":"2026-01-02T03:04:05Z"}]}"""),
        Problem(400, "invalid_argument", "hours must be more than 0 and at most 744, was 0."));
}
