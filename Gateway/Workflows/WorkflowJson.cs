using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Skipper.Gateway.Workflows.Expressions;
using Skipper.Shared.Declarations;

namespace Skipper.Gateway.Workflows;

/// <summary>
/// A definition in its one canonical form: JSON, defaults filled in, members in a fixed order. It can be read like any source.
/// </summary>
internal static class WorkflowJson
{
    public static string Write(WorkflowDefinition definition) => Template.Json(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("name"u8, definition.Name);
        Write(writer, "description", definition.Description);
        WriteInputs(writer, definition.Inputs);
        Write(writer, "timeout", definition.Timeout);
        WriteSteps(writer, "steps", definition.Steps);
        if (definition.OnFailure.Count > 0)
        {
            WriteSteps(writer, "on_failure", definition.OnFailure);
        }

        Write(writer, "output", definition.Output);
        writer.WriteEndObject();
    });

    /// <summary>The lower case hex sha256 of the canonical form.</summary>
    public static string Digest(string canonical) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)));

    private static void WriteInputs(Utf8JsonWriter writer, IReadOnlyList<WorkflowInput> inputs)
    {
        if (inputs.Count == 0)
        {
            return;
        }

        writer.WriteStartObject("inputs"u8);
        foreach (var input in inputs)
        {
            writer.WriteStartObject(input.Name);
            writer.WriteString("type"u8, input.Type);
            if (input.IsRequired)
            {
                writer.WriteBoolean("required"u8, true);
            }

            if (input.Default is { } value)
            {
                writer.WritePropertyName("default"u8);
                value.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static void WriteSteps(Utf8JsonWriter writer, string list, IReadOnlyList<WorkflowStep> steps)
    {
        writer.WriteStartObject(list);
        foreach (var step in steps)
        {
            writer.WriteStartObject(step.Name);
            WriteStep(writer, step);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static void WriteStep(Utf8JsonWriter writer, WorkflowStep step)
    {
        writer.WriteString("task"u8, step.Task);
        writer.WriteString("queue"u8, step.Queue);
        if (step.Needs.Count > 0)
        {
            writer.WriteStartArray("needs"u8);
            foreach (var need in step.Needs)
            {
                writer.WriteStringValue(need);
            }

            writer.WriteEndArray();
        }

        if (step.Rule is not NeedsRule.AllSuccess)
        {
            writer.WriteString("needs_rule"u8, WorkflowReader.NameOf(step.Rule));
        }

        Write(writer, "when", step.When);
        Write(writer, "foreach", step.Foreach);
        Write(writer, "max_parallel", step.MaxParallel);
        Write(writer, "with", step.With);
        Write(writer, "payload", step.Payload);
        Write(writer, "reply", step.Reply);
        WriteLimits(writer, step);
    }

    private static void WriteLimits(Utf8JsonWriter writer, WorkflowStep step)
    {
        if (step.MaxAttempts is not null || step.RetryDelay is not null)
        {
            writer.WriteStartObject("retry"u8);
            Write(writer, "max_attempts", step.MaxAttempts);
            Write(writer, "delay", step.RetryDelay);
            writer.WriteEndObject();
        }

        Write(writer, "timeout", step.Timeout);
        Write(writer, "priority", step.Priority);
        if (step.ConcurrencyKey is not null)
        {
            writer.WriteStartObject("concurrency"u8);
            Write(writer, "key", step.ConcurrencyKey);
            Write(writer, "limit", step.ConcurrencyLimit);
            writer.WriteEndObject();
        }
    }

    private static void Write(Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(name, value);
        }
    }

    private static void Write(Utf8JsonWriter writer, string name, int? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(name, number);
        }
    }

    private static void Write(Utf8JsonWriter writer, string name, TimeSpan? value) =>
        Write(writer, name, value is { } duration ? Durations.Write(duration) : null);

    private static void Write(Utf8JsonWriter writer, string name, Template? value)
    {
        if (value is not null)
        {
            writer.WritePropertyName(name);
            value.WriteSource(writer);
        }
    }
}
