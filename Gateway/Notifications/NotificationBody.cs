using System.Text.Json;
using Skipper.Gateway.RunsApi;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Gateway.Notifications;

/// <summary>What notifications say.</summary>
internal static class NotificationBody
{
    /// <summary>The same for the same event, so that a receiver knows what it has seen.</summary>
    public static string Id(Guid run, string type) => $"msg_{run:N}_{type["run.".Length..]}";

    public static string Json(RunEnd end, RunRow run, DateTimeOffset now) => JsonSerializer.Serialize(
        new
        {
            Id = Id(run.Id, end.Type),
            end.Type,
            Timestamp = now,
            Run = RunReply.Of(run, new RunLinks(PathString.Empty), now),
        },
        MessageJson.Options);

    /// <summary>The first line is the subject.</summary>
    public static string Mail(RunRow run) => $"""
        Run of {Line(run.Workflow)}: {run.State.Replace('_', ' ')}
        Run {run.Id} of {Line(run.Workflow)} {Ended(run)}.

        Accepted: {run.CreatedAt:u}
        Started:  {run.StartedAt:u}
        Ended:    {run.FinishedAt:u}
        Error:    {run.Error ?? "none"}

        {RunLinks.Runs}/{run.Id}
        """;

    private static string Ended(RunRow run) => run.State == Runs.RunState.TimedOut ? "took too long and was ended" : run.State;

    private static string Line(string text) => text.ReplaceLineEndings(" ");
}
