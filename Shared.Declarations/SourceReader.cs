using System.Text.Json;

namespace Skipper.Shared.Declarations;

/// <summary>
/// Takes values out of a tree and collects everything that is wrong; where something is, the value is left out and reading goes on.
/// </summary>
public sealed class SourceReader
{
    private readonly List<DefinitionError> _errors = [];

    /// <summary>In the order of the source.</summary>
    public IReadOnlyList<DefinitionError> Errors =>
        [.. _errors.OrderBy(error => error.Line).ThenBy(error => error.Column)];

    public void Add(int line, int column, string message) => _errors.Add(new DefinitionError(line, column, message));

    public void Add(SourceNode node, string message) => Add(node.Line, node.Column, message);

    /// <summary>The members by name. Names that are unknown or come twice are errors.</summary>
    /// <param name="node">What should be a mapping.</param>
    /// <param name="what">What it describes.</param>
    /// <param name="known">Names that it may have; null = any.</param>
    public Dictionary<string, SourceNode> Members(SourceNode node, string what, IReadOnlyList<string>? known)
    {
        var members = new Dictionary<string, SourceNode>(StringComparer.Ordinal);
        if (node is not SourceMap map)
        {
            Expected(node, $"{what} must be a mapping");
            return members;
        }

        foreach (var member in map.Members)
        {
            if (known is not null && !known.Contains(member.Name))
            {
                Add(
                    member.Line,
                    member.Column,
                    $"{what} has no '{member.Name}'; known are {string.Join(", ", known)}.{Nearest.Suggest(member.Name, known)}");
            }
            else if (!members.TryAdd(member.Name, member.Value))
            {
                Add(member.Line, member.Column, $"'{member.Name}' is there twice.");
            }
        }

        return members;
    }

    public string? Text(Dictionary<string, SourceNode> members, string name)
    {
        if (!members.TryGetValue(name, out var node))
        {
            return null;
        }

        if (node is SourceScalar { Value.ValueKind: JsonValueKind.String } scalar)
        {
            return scalar.Value.GetString();
        }

        Expected(node, $"{name} must be text");
        return null;
    }

    public bool? Flag(Dictionary<string, SourceNode> members, string name)
    {
        if (!members.TryGetValue(name, out var node))
        {
            return null;
        }

        if (node is SourceScalar { Value.ValueKind: JsonValueKind.True or JsonValueKind.False } scalar)
        {
            return scalar.Value.GetBoolean();
        }

        Expected(node, $"{name} must be true or false");
        return null;
    }

    public int? Whole(Dictionary<string, SourceNode> members, string name, int least, int most)
    {
        if (!members.TryGetValue(name, out var node))
        {
            return null;
        }

        if (node is SourceScalar { Value.ValueKind: JsonValueKind.Number } scalar
            && scalar.Value.TryGetInt32(out var number) && number >= least && number <= most)
        {
            return number;
        }

        Expected(node, $"{name} must be a whole number from {least} to {most}");
        return null;
    }

    public TimeSpan? Duration(Dictionary<string, SourceNode> members, string name, TimeSpan least, TimeSpan most)
    {
        if (!members.TryGetValue(name, out var node))
        {
            return null;
        }

        if (node is not SourceScalar { Value.ValueKind: JsonValueKind.String } scalar
            || !Durations.TryParse(scalar.Value.GetString()!, out var duration))
        {
            Expected(node, $"{name} must be {Durations.Expected}");
            return null;
        }

        if (duration < least || duration > most)
        {
            Expected(node, $"{name} must be from {Durations.Write(least)} to {Durations.Write(most)}");
            return null;
        }

        return duration;
    }

    public void Expected(SourceNode node, string expected) => Add(node, $"{expected}, found {Describe(node)}.");

    private static string Describe(SourceNode node) => node switch
    {
        SourceMap => "a mapping",
        SourceList => "a list",
        SourceScalar { Value.ValueKind: JsonValueKind.String } text => $"the text '{text.Value.GetString()}'",
        SourceScalar { Value.ValueKind: JsonValueKind.Null } => "nothing",
        SourceScalar scalar => scalar.Value.GetRawText(),
        _ => "something else",
    };
}
