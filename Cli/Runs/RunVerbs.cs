using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Skipper.Cli.Arguments;
using Skipper.Cli.Output;

namespace Skipper.Cli.Runs;

/// <summary>Looks at runs, ends them, repeats them.</summary>
internal static class RunVerbs
{
    private const int LargestPage = 200;
    private static readonly string[] States = ["accepted", "running", "succeeded", "failed", "timed_out", "cancelled"];

    public static IReadOnlyList<Verb> All { get; } =
    [
        new("runs", "Lists runs, the newest first.", ListAsync)
        {
            Options =
            [
                new("state", "only those in this state") { Value = "STATE", IsMany = true, Choices = States },
                new("workflow", "only those of this workflow or task type") { Value = "NAME" },
                new("schedule", "only those that this schedule started") { Value = "NAME" },
                new("rerun-of", "only repetitions of this run") { Value = "ID" },
                new("since", "only those accepted since a time (2026-01-02T03:04:05Z), or within 30m, 12h or 7d") { Value = "TIME" },
                new("until", "only those accepted before a time") { Value = "TIME" },
                new("limit", "at most so many, 1 to 10000; default 50") { Value = "N" },
            ],
            Examples =
            [
                "skipper runs",
                "skipper runs --state failed --since 24h",
                "skipper runs --workflow training --json | jq -r '.runs[].id'",
            ],
        },
        new("run", "Shows one run: its steps, and why it is where it is.", ShowAsync)
        {
            Parameters = [new("ID", "the run")],
            Examples = ["skipper run 01980f5e-3c7a-7b1e-9f0a-5d2c8e4b6a10", "skipper run \"$id\" --json | jq '.steps[] | {step, state}'"],
        },
        new("cancel", "Cancels runs.", CancelAsync)
        {
            Parameters = [new("ID", "the runs") { IsMany = true }],
            Options =
            [
                new("reason", "why; kept with the run") { Value = "TEXT" },
                new("force", "do not wait for workers that have a step in hand"),
            ],
            Examples =
            [
                "skipper cancel 01980f5e-3c7a-7b1e-9f0a-5d2c8e4b6a10 --reason \"wrong dataset\"",
                "skipper runs --state running --workflow training --json | jq -r '.runs[].id' | xargs skipper cancel",
            ],
        },
        new("rerun", "Repeats a run that has ended, from what failed on, and prints the id of the new one.", RerunAsync)
        {
            Parameters = [new("ID", "the run")],
            Options =
            [
                new("from", "failed (default), all, or the name of a step") { Value = "STEP" },
                new("watch", "follow the new run until it ends"),
            ],
            Examples = ["skipper rerun 01980f5e-3c7a-7b1e-9f0a-5d2c8e4b6a10 --watch", "skipper rerun \"$id\" --from train"],
        },
    ];

    private static async Task<int> ListAsync(Session session)
    {
        var limit = session.Line.Whole("limit", 1, 10_000) ?? 50;
        var query = Query(session);
        var runs = new List<JsonElement>();
        string? token = null;
        do
        {
            var size = Math.Min(LargestPage, limit - runs.Count);
            var page = await session.Api.GetAsync(string.Create(
                CultureInfo.InvariantCulture, $"runs?page_size={size}{query}{(token is null ? "" : $"&page_token={token}")}"));
            runs.AddRange(page.Items("runs"));
            token = page.Text("next_page_token");
        }
        while (token is not null && runs.Count < limit);

        return session.Show(
            JsonSerializer.SerializeToElement(new { runs }), screen => RunPages.ShowList(screen, runs, session.Shell.Time));
    }

    private static string Query(Session session)
    {
        var line = session.Line;
        (string Name, string? Value)[] filters =
        [
            ("state", line.Has("state") ? string.Join(',', line.Options("state")) : null),
            ("workflow", line.Option("workflow")),
            ("schedule", line.Option("schedule")),
            ("rerun_of", line.Has("rerun-of") ? RunId.Of(line, line.Option("rerun-of")!, "--rerun-of") : null),
            ("since", Time(session, "since")),
            ("until", Time(session, "until")),
        ];
        return string.Concat(filters.Where(filter => filter.Value is not null)
            .Select(filter => $"&{filter.Name}={Uri.EscapeDataString(filter.Value!)}"));
    }

    /// <summary>A time, or a span before now.</summary>
    private static string? Time(Session session, string option)
    {
        if (session.Line.Option(option) is not { } text)
        {
            return null;
        }

        TimeSpan? unit = text[^1] switch
        {
            's' => TimeSpan.FromSeconds(1),
            'm' => TimeSpan.FromMinutes(1),
            'h' => TimeSpan.FromHours(1),
            'd' => TimeSpan.FromDays(1),
            _ => null,
        };
        if (unit is { } span && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count < 100_000)
        {
            return (session.Shell.Time.GetUtcNow() - (span * count)).ToString("O");
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time.ToString("O")
            : throw session.Line.Misused($"--{option} must be a time such as 2026-01-02T03:04:05Z, or 30m, 12h, 7d, was '{text}'.");
    }

    private static async Task<int> ShowAsync(Session session)
    {
        var id = RunId.Of(session.Line, "ID");
        var run = await session.Api.GetAsync($"runs/{id}");
        var steps = await session.Api.GetAsync($"runs/{id}/steps");
        var why = await session.Api.GetAsync($"runs/{id}/why");
        return session.Show(JsonSerializer.SerializeToElement(new { run, steps = steps.Items("steps"), why }), screen =>
        {
            RunPages.ShowRun(screen, run, why);
            screen.Line("");
            RunPages.ShowSteps(screen, steps.Items("steps"));
        });
    }

    private static async Task<int> CancelAsync(Session session)
    {
        var ids = session.Line.Parameters("ID").Select(id => RunId.Of(session.Line, id, "ID")).ToList();
        var body = new JsonObject { ["reason"] = session.Line.Option("reason"), ["force"] = session.Line.Has("force") };
        var runs = new List<JsonElement>();
        foreach (var id in ids)
        {
            runs.Add(await session.Api.PostAsync($"runs/{id}/cancel", body));
        }

        return session.Show(
            JsonSerializer.SerializeToElement(new { runs }),
            screen => screen.Table(runs, "", Column.Text("ID", "id"), Column.Text("STATE", "state")));
    }

    private static async Task<int> RerunAsync(Session session)
    {
        var from = session.Line.Option("from") ?? "failed";
        var answer = await session.Api.PostAsync($"runs/{RunId.Of(session.Line, "ID")}/rerun", new { from });
        var id = answer.Text("id")!;
        return session.Line.Has("watch")
            ? await RunWatch.FollowAsync(session, id)
            : session.Show(answer, screen => screen.Line(id));
    }
}
