using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Skipper.Gateway.Tasks;
using Skipper.Gateway.Workflows.Expressions;
using Skipper.Shared.Declarations;

namespace Skipper.Gateway.Workflows;

/// <summary>What became of a source: a definition, or all that is wrong in it.</summary>
internal sealed record WorkflowReading(WorkflowDefinition? Definition, IReadOnlyList<DefinitionError> Errors);

/// <summary>Reads definitions and reports everything that is wrong at once. One object reads one definition.</summary>
internal sealed partial class WorkflowReader
{
    public const int MaxBytes = 1024 * 1024;
    public const int MaxSteps = 200;
    private const int MaxDepth = 40;

    private static readonly string[] Known =
        ["name", "description", "inputs", "defaults", "timeout", "steps", "on_failure", "output"];

    private readonly TaskOptions _tasks;
    private readonly SourceReader _source = new();
    private readonly WorkflowChecks _checks;

    private WorkflowReader(TaskOptions tasks) => (_tasks, _checks) = (tasks, new WorkflowChecks(_source));

    /// <param name="text">YAML or JSON in UTF-8.</param>
    /// <param name="isJson">Whether it must be JSON.</param>
    /// <param name="tasks">The task types that a step can name without a queue.</param>
    public static WorkflowReading Read(ReadOnlySpan<byte> text, bool isJson, TaskOptions tasks)
    {
        if (text.Length > MaxBytes)
        {
            return new WorkflowReading(null, [new(1, 1, $"A definition may have {MaxBytes} bytes, this one has {text.Length}.")]);
        }

        try
        {
            var root = isJson ? JsonSource.Read(text, MaxDepth) : YamlSource.Read(Encoding.UTF8.GetString(text), MaxDepth);
            var reader = new WorkflowReader(tasks);
            var definition = reader.Definition(root);
            return reader._source.Errors is { Count: > 0 } errors ? new(null, errors) : new(definition, []);
        }
        catch (SourceException exception)
        {
            return new WorkflowReading(null, [exception.Error]);
        }
    }

    private WorkflowDefinition Definition(SourceNode root)
    {
        var members = _source.Members(root, "The definition", Known);
        var defaults = StepDefaults(members);
        var definition = new WorkflowDefinition
        {
            Name = Name(root, members),
            Description = _source.Text(members, "description"),
            Inputs = Inputs(members),
            Timeout = _source.Duration(members, "timeout", ShortestTimeout, Longest),
            Steps = Steps(members, "steps", defaults),
            OnFailure = Steps(members, "on_failure", defaults),
            Output = members.TryGetValue("output", out var output) ? Template(output, WorkflowChecks.Output) : null,
        };
        if (root is SourceMap && !members.ContainsKey("steps"))
        {
            _source.Add(root, "The definition has no 'steps'.");
        }

        _checks.Check(definition);
        return definition;
    }

    private string Name(SourceNode root, Dictionary<string, SourceNode> members)
    {
        if (root is SourceMap && !members.ContainsKey("name"))
        {
            _source.Add(root, "The definition has no 'name'.");
        }

        var name = _source.Text(members, "name");
        if (name is not null && !NamePattern().IsMatch(name))
        {
            _source.Expected(members["name"], $"name must match {NamePattern()}");
        }

        return name ?? "";
    }

    private List<WorkflowInput> Inputs(Dictionary<string, SourceNode> members)
    {
        var inputs = new List<WorkflowInput>();
        if (!members.TryGetValue("inputs", out var node))
        {
            return inputs;
        }

        foreach (var (name, value) in _source.Members(node, "inputs", known: null))
        {
            if (!InputPattern().IsMatch(name))
            {
                _source.Add(value, $"The name of an input must match {InputPattern()}, was '{name}'.");
            }

            var input = _source.Members(value, $"Input '{name}'", ["type", "required", "default", "description"]);
            _source.Text(input, "description");
            var type = _source.Text(input, "type");
            if (type is null || !WorkflowInputs.Types.Contains(type))
            {
                _source.Add(
                    input.GetValueOrDefault("type") ?? value,
                    $"The type of input '{name}' must be one of {string.Join(", ", WorkflowInputs.Types)}, was '{type}'.");
                continue;
            }

            inputs.Add(new WorkflowInput(name, type, _source.Flag(input, "required") ?? false, Default(name, type, input)));
        }

        return inputs;
    }

    private JsonElement? Default(string name, string type, Dictionary<string, SourceNode> input)
    {
        if (!input.TryGetValue("default", out var node))
        {
            return null;
        }

        var value = Constant(node);
        if (WorkflowInputs.Problem(type, value) is { } problem)
        {
            _source.Add(node, $"The default of input '{name}' {problem}.");
        }

        return value;
    }

    /// <summary>A tree as JSON, expressions left as text.</summary>
    private static JsonElement Constant(SourceNode node) => JsonElement.Parse(Expressions.Template.Json(writer => Write(writer, node)));

    private static void Write(Utf8JsonWriter writer, SourceNode node)
    {
        switch (node)
        {
            case SourceScalar scalar:
                scalar.Value.WriteTo(writer);
                break;
            case SourceList list:
                writer.WriteStartArray();
                foreach (var item in list.Items)
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            case SourceMap map:
                writer.WriteStartObject();
                foreach (var member in map.Members)
                {
                    writer.WritePropertyName(member.Name);
                    Write(writer, member.Value);
                }

                writer.WriteEndObject();
                break;
        }
    }

    /// <summary>A tree with its expressions read, and their paths noted.</summary>
    private Template Template(SourceNode node, ReferencePlace place)
    {
        switch (node)
        {
            case SourceList list:
                return new ListTemplate([.. list.Items.Select(item => Template(item, place))]);
            case SourceMap map:
                _source.Members(map, "This", known: null);
                return new ObjectTemplate([.. map.Members.Select(member => (member.Name, Template(member.Value, place)))]);
            case SourceScalar { Value.ValueKind: JsonValueKind.String } text:
                return Embedded(node, () => Expressions.Template.Parse(text.Value.GetString()!), place);
            default:
                return new ConstantTemplate(((SourceScalar)node).Value, ((SourceScalar)node).Value);
        }
    }

    private Template Embedded(SourceNode node, Func<Template> parse, ReferencePlace place)
    {
        try
        {
            var template = parse();
            _checks.Add(node, template.Paths, place);
            return template;
        }
        catch (ExpressionException exception)
        {
            _source.Add(node, exception.Message);
            return new ConstantTemplate(Values.Null, Values.Null);
        }
    }

    [GeneratedRegex(@"\A[a-z][a-z0-9_-]{0,62}\z")]
    internal static partial Regex NamePattern();

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]{0,62}\z")]
    private static partial Regex InputPattern();
}
