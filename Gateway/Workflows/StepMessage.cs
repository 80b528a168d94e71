using Skipper.Gateway.Workflows.Expressions;

namespace Skipper.Gateway.Workflows;

/// <summary>The message for the worker of a step, in the wire contract of tasks.</summary>
internal static class StepMessage
{
    public static string Write(WorkflowStep step, ExpressionScope scope) => Template.Json(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("task_type"u8, step.Task);
        foreach (var (name, template) in new[] { ("payload", step.Payload), ("data", step.With) })
        {
            if (template is not null)
            {
                writer.WritePropertyName(name);
                template.Write(writer, scope);
            }
        }

        if (step.Reply is not null)
        {
            writer.WriteString("reply"u8, step.Reply);
        }

        writer.WriteEndObject();
    });
}
