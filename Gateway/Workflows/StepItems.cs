using Skipper.Gateway.Runs;
using Skipper.Gateway.Workflows.Expressions;

namespace Skipper.Gateway.Workflows;

/// <summary>Ends a <c>foreach</c> whose items have all ended; they come in their order.</summary>
internal static class StepItems
{
    private const int MaxNamed = 5;

    public static StepChange End(WorkflowStep step, IReadOnlyList<StepSnapshot> items)
    {
        var failed = items.Where(item => item.State is StepState.Failed or StepState.TimedOut).ToList();
        if (failed.Count > 0)
        {
            return new StepChange { Step = step.Name, State = StepState.Failed, Error = Error(failed, items.Count) };
        }

        return items.Any(item => item.State is StepState.Cancelled)
            ? new StepChange { Step = step.Name, State = StepState.Cancelled }
            : new StepChange { Step = step.Name, State = StepState.Succeeded, Output = Outputs(items) };
    }

    private static string Outputs(IReadOnlyList<StepSnapshot> items) => Template.Json(writer =>
    {
        writer.WriteStartArray();
        foreach (var item in items)
        {
            Values.Read(item.Output ?? "null").WriteTo(writer);
        }

        writer.WriteEndArray();
    });

    private static string Error(List<StepSnapshot> failed, int count)
    {
        var (code, text) = StepErrors.Explain(failed[0].Step, failed[0].Error);
        return StepErrors.Json(
            code, $"{failed.Count} of {count} items failed. {text}", new { steps = failed.Take(MaxNamed).Select(item => item.Step) });
    }
}
