using Skipper.Cli.Arguments;
using Skipper.Cli.Output;

namespace Skipper.Cli.Operations;

/// <summary>Whether work is taken, and by whom.</summary>
internal static class QueueVerbs
{
    public static IReadOnlyList<Verb> All { get; } =
    [
        new("queues", "Lists queues: who listens, what waits.", QueuesAsync)
        {
            Examples = ["skipper queues", "skipper queues --json | jq '.queues[] | select(.consumers == 0)'"],
        },
        new("workers", "Lists the workers that had steps of runs lately, and what they have in hand.", WorkersAsync)
        {
            Options = [new("hours", "of runs accepted in the last so many hours, 1 to 744; default 24") { Value = "N" }],
            Examples = ["skipper workers", "skipper workers --hours 1 --json"],
        },
    ];

    private static async Task<int> QueuesAsync(Session session)
    {
        var answer = await session.Api.GetAsync("queues");
        return session.Show(answer, screen => screen.Table(
            answer.Items("queues"),
            "There are no queues.",
            Column.Text("QUEUE", "queue"),
            new Column("CONSUMERS", queue => queue.Text("exists") == "False" ? "no queue" : queue.Text("consumers"), IsNumber: true),
            Column.Number("WAITING", "waiting"),
            Column.Number("QUEUED STEPS", "queued_steps"),
            Column.Number("RUNNING STEPS", "running_steps")));
    }

    private static async Task<int> WorkersAsync(Session session)
    {
        var hours = session.Line.Whole("hours", 1, 744) ?? 24;
        var answer = await session.Api.GetAsync($"workers?hours={hours}");
        return session.Show(answer, screen => screen.Table(
            answer.Items("workers"),
            $"No worker had a step of a run accepted in the last {hours} hours. 'skipper queues' shows who listens.",
            Column.Text("WORKER", "worker"),
            Column.Text("QUEUE", "queue"),
            Column.Number("RUNNING", "running"),
            Column.Number("SUCCEEDED", "succeeded"),
            Column.Number("FAILED", "failed"),
            Column.Age("LAST ACTIVE", "last_active_at", session.Shell.Time)));
    }
}
