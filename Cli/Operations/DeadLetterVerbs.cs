using System.Text.Json;
using Skipper.Cli.Arguments;
using Skipper.Cli.Output;

namespace Skipper.Cli.Operations;

/// <summary>Messages that no handler could process.</summary>
internal static class DeadLetterVerbs
{
    private static readonly Parameter Letters = new("ID", "the dead letters") { IsMany = true };

    public static IReadOnlyList<Verb> All { get; } =
    [
        new("dead-letters list", "Lists the oldest messages that no handler could process.", ListAsync)
        {
            Examples = ["skipper dead-letters", "skipper dead-letters list --json | jq -r '.dead_letters[].reason'"],
        },
        new("dead-letters replay", "Sends dead letters once more to the queue they came from.", session => EachAsync(session, ReplayAsync))
        {
            Parameters = [Letters],
            Examples =
            [
                "skipper dead-letters replay 0198c0de00007000800000000000000a",
                "skipper dead-letters list --json | jq -r '.dead_letters[].id' | xargs -r skipper dead-letters replay",
            ],
        },
        new("dead-letters delete", "Deletes dead letters for good.", session => EachAsync(session, DeleteAsync))
        {
            Parameters = [Letters],
            Examples = ["skipper dead-letters delete 0198c0de00007000800000000000000a"],
        },
    ];

    private static async Task<int> ListAsync(Session session)
    {
        var answer = await session.Api.GetAsync("dead-letters");
        return session.Show(answer, screen => screen.Table(
            answer.Items("dead_letters"),
            "No dead letters: every message was handled.",
            Column.Text("ID", "id"),
            Column.Text("QUEUE", "queue"),
            Column.Seconds("AGE", "age_seconds"),
            Column.Number("BYTES", "size"),
            Column.Text("REASON", "reason")));
    }

    private static Task<JsonElement> ReplayAsync(Session session, string id) => session.Api.PostAsync($"dead-letters/{id}/replay");

    private static Task<JsonElement> DeleteAsync(Session session, string id) => session.Api.DeleteAsync($"dead-letters/{id}");

    private static async Task<int> EachAsync(Session session, Func<Session, string, Task<JsonElement>> act)
    {
        var done = new List<JsonElement>();
        foreach (var id in session.Line.Parameters(Letters.Name))
        {
            done.Add(await act(session, Uri.EscapeDataString(id)));
        }

        return session.Show(
            JsonSerializer.SerializeToElement(new { dead_letters = done }),
            screen => screen.Table(done, "", Column.Text("ID", "id"), Column.Text("QUEUE", "queue"), Column.Text("STATE", "state")));
    }
}
