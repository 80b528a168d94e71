using System.Globalization;
using System.Net.ServerSentEvents;
using System.Text.Json;
using System.Text.Json.Nodes;
using Skipper.Cli.Output;
using Spectre.Console;

namespace Skipper.Cli.Runs;

/// <summary>Shows a run until it has ended: as a bar to a person, as lines to a pipe, with <c>--json</c> its end alone.</summary>
internal static class RunWatch
{
    private const double Step = 10;

    /// <summary>Returns <see cref="ExitCode.Done"/> only where the run succeeded.</summary>
    public static async Task<int> FollowAsync(Session session, string id)
    {
        var follower = new RunFollower(session.Api, session.Shell.Time, session.CancellationToken);
        var run = (session.IsJson, session.Screen.IsTerminal) switch
        {
            (true, _) => await follower.FollowAsync(id, _ => { }),
            (_, true) => await WithBarAsync(session, follower, id),
            _ => await follower.FollowAsync(id, Lines(session.Screen)),
        };

        var isDone = run.Text("state") == "succeeded";
        var result = isDone ? await session.Api.GetAsync($"runs/{id}/result") : default;
        if (session.IsJson)
        {
            var both = new JsonObject { ["run"] = JsonObject.Create(run) };
            if (isDone)
            {
                both["result"] = JsonSerializer.SerializeToNode(result);
            }

            session.Screen.Json(JsonSerializer.SerializeToElement(both));
        }
        else
        {
            RunPages.ShowEnd(session.Screen, run, result);
        }

        return isDone ? ExitCode.Done : ExitCode.Failed;
    }

    private static Task<JsonElement> WithBarAsync(Session session, RunFollower follower, string id) =>
        session.Screen.Console.Progress()
            .Columns(
                new SpinnerColumn(),
                new TaskDescriptionColumn(),
                new ProgressBarColumn(),
                new PercentageColumn(),
                new ElapsedTimeColumn())
            .StartAsync(async context =>
            {
                var bar = context.AddTask("accepted");
                var run = await follower.FollowAsync(id, item =>
                {
                    var happened = JsonElement.Parse(item.Data);
                    var percent = happened.Number("percent");
                    bar.Value = percent ?? bar.Value;
                    if ((percent is null ? Describe(item, happened) : happened.Text("message")) is { } said)
                    {
                        bar.Description = Markup.Escape(Plain.Line(said));
                    }
                });
                bar.Value = run.Text("state") == "succeeded" ? bar.MaxValue : bar.Value;
                bar.Description = run.Text("state")!;
                return run;
            });

    /// <summary>Every event, and progress where it has gone on by a step.</summary>
    private static Action<SseItem<string>> Lines(Screen screen)
    {
        var said = 0.0;
        return item =>
        {
            var happened = JsonElement.Parse(item.Data);
            var percent = happened.Number("percent");
            if (percent is null || percent >= said + Step)
            {
                said = percent ?? said;
                screen.Line(Describe(item, happened));
            }
        };
    }

    private static string Describe(SseItem<string> item, JsonElement happened) => happened.Number("percent") is { } percent
        ? string.Create(CultureInfo.InvariantCulture, $"{percent:F0} % {happened.Text("message")}").TrimEnd()
        : $"{item.EventType} {happened.Text("step")}".TrimEnd();
}
