using System.Text.Json;
using Skipper.Gateway.Workflows.Expressions;
using Skipper.Shared.Declarations;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Gateway.Workflows;

/// <summary>Checks the inputs of a run against its workflow.</summary>
internal static class WorkflowInputs
{
    /// <summary>What an input can be.</summary>
    public static IReadOnlyList<string> Types { get; } = ["string", "number", "integer", "boolean", "object", "array", "datetime"];

    /// <summary>The inputs as JSON, defaults filled in, in the order of the definition; absent ones are null.</summary>
    /// <param name="definition">What is asked for.</param>
    /// <param name="json">A JSON object; null = nothing given.</param>
    /// <exception cref="MeshException"><c>invalid_argument</c>: lists everything that is wrong, in the details too.</exception>
    public static string Resolve(WorkflowDefinition definition, string? json)
    {
        var given = Parse(json);
        var problems = new List<string>();
        var names = definition.Inputs.Select(input => input.Name).ToList();
        foreach (var member in given.EnumerateObject().Where(member => !names.Contains(member.Name)))
        {
            problems.Add(
                $"there is no input '{member.Name}'; known are {string.Join(", ", names)}.{Nearest.Suggest(member.Name, names)}");
        }

        var resolved = Template.Json(writer =>
        {
            writer.WriteStartObject();
            foreach (var input in definition.Inputs)
            {
                writer.WritePropertyName(input.Name);
                Value(input, given, problems).WriteTo(writer);
            }

            writer.WriteEndObject();
        });
        return problems.Count == 0 ? resolved : throw Wrong(definition.Name, problems);
    }

    /// <summary>What is wrong with a value; null = nothing.</summary>
    public static string? Problem(string type, JsonElement value)
    {
        var fits = (type, value.ValueKind) switch
        {
            ("string", JsonValueKind.String) => true,
            ("number", JsonValueKind.Number) => true,
            ("integer", JsonValueKind.Number) => value.TryGetInt64(out _),
            ("boolean", JsonValueKind.True or JsonValueKind.False) => true,
            ("object", JsonValueKind.Object) => true,
            ("array", JsonValueKind.Array) => true,
            ("datetime", JsonValueKind.String) => value.TryGetDateTimeOffset(out _),
            _ => false,
        };
        return fits ? null : $"must be {Expected(type)}, found {Values.Describe(value)}";
    }

    private static JsonElement Value(WorkflowInput input, JsonElement given, List<string> problems)
    {
        if (given.TryGetProperty(input.Name, out var value) && value.ValueKind is not JsonValueKind.Null)
        {
            if (Problem(input.Type, value) is { } problem)
            {
                problems.Add($"input '{input.Name}' {problem}.");
            }

            return value;
        }

        if (input.IsRequired && input.Default is null)
        {
            problems.Add($"input '{input.Name}' is missing; it must be {Expected(input.Type)}.");
        }

        return input.Default ?? Values.Null;
    }

    private static JsonElement Parse(string? json)
    {
        try
        {
            var given = JsonElement.Parse(json ?? "{}");
            return given.ValueKind is JsonValueKind.Object
                ? given
                : throw MeshException.InvalidArgument($"The input of a run must be a JSON object, found {Values.Describe(given)}.");
        }
        catch (JsonException exception)
        {
            throw MeshException.InvalidArgument($"The input of a run must be a JSON object: {exception.Message}");
        }
    }

    private static string Expected(string type) => type switch
    {
        "string" => "text",
        "number" => "a number",
        "integer" => "a whole number",
        "boolean" => "true or false",
        "object" => "an object",
        "array" => "a list",
        _ => "a time such as 2026-01-02T03:04:05Z",
    };

    private static MeshException Wrong(string workflow, List<string> problems) =>
        new(ErrorCode.InvalidArgument, $"The input of workflow '{workflow}' is wrong: {string.Join(" ", problems)}")
        {
            Details = JsonSerializer.SerializeToElement(new { problems }),
        };
}
