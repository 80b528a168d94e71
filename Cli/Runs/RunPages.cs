using System.Text.Json;
using Skipper.Cli.Output;

namespace Skipper.Cli.Runs;

/// <summary>What people see of runs.</summary>
internal static class RunPages
{
    public static void ShowList(Screen screen, IEnumerable<JsonElement> runs, TimeProvider time) => screen.Table(
        runs,
        "No such runs. Start one: skipper submit training --payload 0.2 --watch",
        Column.Text("ID", "id"),
        Column.Text("WORKFLOW", "workflow"),
        Column.Text("STATE", "state"),
        Column.Age("AGE", "created_at", time),
        Column.Seconds("TOOK", "duration_seconds"),
        new Column("ABOUT", run => ErrorOf(run) ?? run.Text("description")));

    public static void ShowSteps(Screen screen, IEnumerable<JsonElement> steps) => screen.Table(
        steps,
        "It has no steps yet.",
        Column.Text("STEP", "step"),
        Column.Text("STATE", "state"),
        Column.Number("ATTEMPT", "attempt"),
        new Column("PERCENT", step => step.Text("progress.percent"), IsNumber: true),
        Column.Seconds("TOOK", "duration_seconds"),
        Column.Text("WORKER", "worker"),
        new Column("ABOUT", step => ErrorOf(step) ?? step.Text("progress.message")));

    public static void ShowRun(Screen screen, JsonElement run, JsonElement why) => screen.Facts(
        ("Run", run.Text("id")),
        ("Workflow", run.Text("version") is { } version ? $"{run.Text("workflow")} version {version}" : run.Text("workflow")),
        ("State", run.Text("state")),
        ("About", run.Text("description")),
        ("Why", why.Text("sentence")),
        ("Error", ErrorOf(run)),
        ("Accepted", run.Text("created_at")),
        ("Ended", run.Text("finished_at")),
        ("Took", run.Number("duration_seconds") is { } seconds ? Column.Spoken(TimeSpan.FromSeconds(seconds)) : null),
        ("Progress", run.Text("progress.percent") is { } percent ? $"{percent} % {run.Text("progress.message")}".TrimEnd() : null),
        ("Schedule", run.Text("schedule")),
        ("Rerun of", run.Text("rerun_of")));

    public static void ShowEnd(Screen screen, JsonElement run, JsonElement result)
    {
        var took = run.Number("duration_seconds") is { } seconds ? $" after {Column.Spoken(TimeSpan.FromSeconds(seconds))}" : "";
        screen.Line($"{run.Text("state")}{took}");
        if (ErrorOf(run) is { } error)
        {
            screen.Line(error);
            screen.Line($"Once that is mended: skipper rerun {run.Text("id")}");
        }

        if (result.ValueKind is JsonValueKind.Object)
        {
            screen.Facts([.. result.EnumerateObject().Select(member => (member.Name, Short(member.Value)))]);
        }
        else if (result.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null))
        {
            screen.Line(Short(result)!);
        }
    }

    /// <summary>What went wrong, in the words of whoever found it; null where nothing did.</summary>
    public static string? ErrorOf(JsonElement json) => json.Find("error") switch
    {
        null => null,
        { ValueKind: JsonValueKind.Object } error =>
            error.Text("error") ?? error.Text("message") ?? error.Text("detail") ?? error.ToString(),
        { } error => error.ToString(),
    };

    /// <summary>What is large is named where it has a name, and otherwise left to <c>--json</c>.</summary>
    private static string? Short(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object when value.Text("name") is { } name =>
            value.Text("version") is { } version ? $"{name} version {version}" : name,
        JsonValueKind.Object or JsonValueKind.Array when value.GetRawText().Length > 100 => "(see --json)",
        JsonValueKind.Null => null,
        _ => value.ToString(),
    };
}
