using System.Text;
using System.Text.Json;
using Skipper.Gateway.Workflows.Expressions;

namespace Skipper.Gateway.Workflows;

/// <summary>Writes workflows for people and programs.</summary>
internal static class WorkflowReply
{
    public static IResult Of(int status, Action<Utf8JsonWriter> members) => Results.Text(
        Template.Json(writer =>
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }),
        "application/json",
        Encoding.UTF8,
        status);

    public static void Write(Utf8JsonWriter writer, WorkflowVersion version)
    {
        WriteSummary(writer, new WorkflowSummary(version.Name, version.Version, version.Digest, version.CreatedAt));
        writer.WritePropertyName("definition"u8);
        writer.WriteRawValue(version.Json);
    }

    /// <summary>A definition that was checked and not stored.</summary>
    public static void WriteChecked(Utf8JsonWriter writer, WorkflowDefinition definition, string json)
    {
        writer.WriteString("name"u8, definition.Name);
        writer.WriteString("digest"u8, WorkflowJson.Digest(json));
        writer.WritePropertyName("definition"u8);
        writer.WriteRawValue(json);
    }

    public static void WriteList(Utf8JsonWriter writer, string name, IReadOnlyList<WorkflowSummary> workflows)
    {
        writer.WriteStartArray(name);
        foreach (var workflow in workflows)
        {
            writer.WriteStartObject();
            WriteSummary(writer, workflow);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteSummary(Utf8JsonWriter writer, WorkflowSummary workflow)
    {
        writer.WriteString("name"u8, workflow.Name);
        writer.WriteNumber("version"u8, workflow.Version);
        writer.WriteString("digest"u8, workflow.Digest);
        writer.WriteString("created_at"u8, workflow.CreatedAt.UtcDateTime);
    }
}
