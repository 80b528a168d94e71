using System.Text.Json;
using System.Text.Json.Nodes;
using Skipper.Cli.Arguments;
using Skipper.Cli.Output;

namespace Skipper.Cli.Operations;

/// <summary>API keys, for administrators.</summary>
internal static class KeyVerbs
{
    private static readonly Parameter Id = new("ID", "the key's id, as 'skipper keys' lists it");

    public static IReadOnlyList<Verb> All { get; } =
    [
        new("keys list", "Lists API keys, without their secrets.", ListAsync)
        {
            Examples = ["skipper keys", "skipper keys list --json"],
        },
        new("keys create", "Makes an API key and prints it, once.", CreateAsync)
        {
            Parameters = [new("NAME", "whose key it is")],
            Options =
            [
                new("scope", "what it may do; default run") { Value = "SCOPE", Choices = ["read", "run", "admin"] },
                new("requests-per-minute", "at most so many") { Value = "N" },
            ],
            Examples = ["skipper keys create ci", "skipper keys create dashboard --scope read --requests-per-minute 600"],
        },
        new("keys rotate", "Makes a new key in place of another, which stays good for a while, and prints it, once.", RotateAsync)
        {
            Parameters = [Id],
            Options = [new("overlap", "how many seconds the old key stays good; default 3600") { Value = "SECONDS" }],
            Examples = ["skipper keys rotate 3f9a1c0e77b2 --overlap 600"],
        },
        new("keys revoke", "Revokes an API key.", RevokeAsync)
        {
            Parameters = [Id],
            Examples = ["skipper keys revoke 3f9a1c0e77b2"],
        },
    ];

    private static async Task<int> ListAsync(Session session)
    {
        var answer = await session.Api.GetAsync("keys");
        return session.Show(answer, screen => screen.Table(
            answer.Items("keys"),
            "No keys yet. Make one: skipper keys create NAME",
            Column.Text("ID", "id"),
            Column.Text("NAME", "name"),
            Column.Text("SCOPE", "scope"),
            new Column("STATE", StateOf),
            Column.Age("AGE", "created_at", session.Shell.Time),
            Column.Age("LAST USED", "last_used_at", session.Shell.Time)));
    }

    private static string StateOf(JsonElement key) => (key.Text("revoked_at"), key.Text("expires_at")) switch
    {
        ({ } revoked, _) => $"revoked {revoked}",
        (_, { } end) => $"until {end}",
        _ => "good",
    };

    private static Task<int> CreateAsync(Session session) => MakeAsync(session, "keys", new JsonObject
    {
        ["name"] = session.Line.Parameter("NAME"),
        ["scope"] = session.Line.Option("scope") ?? "run",
        ["requests_per_minute"] = session.Line.Whole("requests-per-minute", 0, 10_000_000),
    });

    private static Task<int> RotateAsync(Session session) => MakeAsync(
        session,
        $"keys/{Uri.EscapeDataString(session.Line.Parameter(Id.Name))}/rotate",
        new JsonObject { ["overlap_seconds"] = session.Line.Whole("overlap", 0, 30 * 24 * 3600) ?? 3600 });

    private static async Task<int> MakeAsync(Session session, string path, JsonObject body)
    {
        var key = await session.Api.PostAsync(path, body);
        return session.Show(key, screen => screen.Line(key.Text("key")!));
    }

    private static async Task<int> RevokeAsync(Session session)
    {
        var id = session.Line.Parameter(Id.Name);
        await session.Api.DeleteAsync($"keys/{Uri.EscapeDataString(id)}");
        return session.Show(
            JsonSerializer.SerializeToElement(new { id, state = "revoked" }), screen => screen.Line($"Key {id} is revoked."));
    }
}
