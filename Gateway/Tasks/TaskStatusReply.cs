using System.Globalization;
using System.Text;
using System.Text.Json;
using Skipper.Gateway.Runs;

namespace Skipper.Gateway.Tasks;

/// <summary>A run in the words of the original engine.</summary>
internal static class TaskStatusReply
{
    public static void Write(Utf8JsonWriter writer, RunStatus run)
    {
        writer.WriteString("task_id"u8, run.Id);
        writer.WriteString("task_status"u8, StatusOf(run.State));
        if (run.Output is not null)
        {
            TaskReply.WriteOutcome(writer, Encoding.UTF8.GetBytes(run.Output));
        }

        if (IsOpen(run))
        {
            WriteProgress(writer, run);
        }

        if (run.Error is not null)
        {
            writer.WritePropertyName("error"u8);
            writer.WriteRawValue(run.Error);
        }
    }

    public static bool IsOpen(RunStatus run) => run.State is RunState.Accepted or RunState.Running;

    private static string StatusOf(string state) => state switch
    {
        RunState.Succeeded => "Success",
        RunState.Failed or RunState.TimedOut => "Failed",
        RunState.Cancelled => "Cancelled",
        _ => "Processing",
    };

    private static void WriteProgress(Utf8JsonWriter writer, RunStatus run)
    {
        writer.WriteStartObject("progress"u8);
        writer.WriteNumber("percent"u8, run.ProgressPercent ?? 0);
        writer.WriteString("message"u8, run.ProgressMessage ?? Doing(run));
        writer.WriteEndObject();
    }

    private static string Doing(RunStatus run) => (run.StepState, run.UnroutableCount) switch
    {
        ("queued", > 0) => $"waiting for a worker on queue {run.Queue}",
        ("queued", _) when run.Attempt > 1 =>
            string.Create(CultureInfo.InvariantCulture, $"waiting for attempt {run.Attempt}"),
        ("queued", _) => "accepted",
        ("dispatched", _) => $"sent to queue {run.Queue}",
        _ => "running",
    };
}
