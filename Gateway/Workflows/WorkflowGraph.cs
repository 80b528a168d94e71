using System.Text;
using System.Text.Json;

namespace Skipper.Gateway.Workflows;

/// <summary>The steps of a workflow and what they need, for drawing.</summary>
internal static class WorkflowGraph
{
    public static void Write(Utf8JsonWriter writer, WorkflowVersion version)
    {
        var definition = version.Definition;
        writer.WriteString("name"u8, version.Name);
        writer.WriteNumber("version"u8, version.Version);
        writer.WriteStartArray("nodes"u8);
        foreach (var step in WorkflowPlanner.FirstSteps(definition))
        {
            writer.WriteStartObject();
            writer.WriteString("id"u8, step.Name);
            writer.WriteString("task"u8, step.Task);
            writer.WriteString("queue"u8, step.Queue);
            writer.WriteBoolean("foreach"u8, step.Foreach is not null);
            writer.WriteBoolean("conditional"u8, step.When is not null);
            writer.WriteBoolean("on_failure"u8, definition.OnFailure.Contains(step));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("edges"u8);
        foreach (var (need, step) in Edges(definition))
        {
            writer.WriteStartObject();
            writer.WriteString("from"u8, need);
            writer.WriteString("to"u8, step.Name);
            writer.WriteString("rule"u8, WorkflowReader.NameOf(step.Rule));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary>A Mermaid flowchart. Ids get a prefix, as some names of steps are words of Mermaid, such as <c>end</c>.</summary>
    public static string Mermaid(WorkflowDefinition definition)
    {
        var text = new StringBuilder("flowchart TD\n");
        foreach (var step in definition.Steps)
        {
            AppendNode(text, "  ", step);
        }

        if (definition.OnFailure.Count > 0)
        {
            text.Append("  subgraph on_failure\n");
            foreach (var step in definition.OnFailure)
            {
                AppendNode(text, "    ", step);
            }

            text.Append("  end\n");
        }

        foreach (var (need, step) in Edges(definition))
        {
            var arrow = step.Rule is NeedsRule.AllSuccess ? "-->" : $"-->|{WorkflowReader.NameOf(step.Rule)}|";
            text.Append("  step_").Append(need).Append(' ').Append(arrow).Append(" step_").Append(step.Name).Append('\n');
        }

        return text.ToString();
    }

    private static void AppendNode(StringBuilder text, string indent, WorkflowStep step)
    {
        // Several cards for a foreach, a cut corner where there is a condition.
        var (open, close) = (step.Foreach, step.When) switch
        {
            (not null, _) => ("[[\"", "\"]]"),
            (_, not null) => ("{{\"", "\"}}"),
            _ => ("[\"", "\"]"),
        };
        text.Append(indent).Append("step_").Append(step.Name).Append(open).Append(step.Name).Append("<br/>")
            .Append(step.Task.Replace("\"", "#quot;", StringComparison.Ordinal)).Append(close).Append('\n');
    }

    private static IEnumerable<(string Need, WorkflowStep Step)> Edges(WorkflowDefinition definition) =>
        WorkflowPlanner.FirstSteps(definition).SelectMany(step => step.Needs.Select(need => (need, step)));
}
