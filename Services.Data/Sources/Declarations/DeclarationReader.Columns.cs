using System.Text.RegularExpressions;
using Skipper.Services.Data.Sources.Mapping;
using Skipper.Services.Data.Standards;
using Skipper.Services.Data.Tables;
using Skipper.Shared.Declarations;

namespace Skipper.Services.Data.Sources.Declarations;

internal sealed partial class DeclarationReader
{
    private static readonly Dictionary<string, ColumnKind> Kinds = new()
    {
        ["text"] = ColumnKind.Text,
        ["integer"] = ColumnKind.Integer,
        ["number"] = ColumnKind.Number,
        ["timestamp"] = ColumnKind.Timestamp,
    };

    private static readonly string[] ColumnMembers =
        ["type", "from", "value", "required", "unit", "given", "unit_from", "match", "words", "offset_from", "zone", "format"];

    private List<ColumnMapping> Columns(Dictionary<string, SourceNode> members)
    {
        var columns = new List<ColumnMapping>();
        if (!members.TryGetValue("columns", out var node))
        {
            return columns;
        }

        foreach (var (name, value) in _source.Members(node, "columns", known: null))
        {
            if (!ColumnName().IsMatch(name))
            {
                _source.Add(value, $"The name of a column must match {ColumnName()}, was '{name}'.");
            }

            if (name == RecordMapper.IngestedAt)
            {
                _source.Add(value, $"Every table has a column {name} already: the time since when a row is known as it is.");
            }

            columns.Add(Column(name, value, _source.Members(value, $"Column '{name}'", ColumnMembers)));
        }

        if (columns.Count is 0 or > MaxColumns)
        {
            _source.Add(node, $"There must be 1 to {MaxColumns} columns, found {columns.Count}.");
        }

        return columns;
    }

    private ColumnMapping Column(string name, SourceNode node, Dictionary<string, SourceNode> members)
    {
        if (members.ContainsKey("from") == members.ContainsKey("value"))
        {
            _source.Add(node, $"Column '{name}' must have either 'from' or 'value'.");
        }

        if ((members.ContainsKey("given") || members.ContainsKey("unit_from")) && !members.ContainsKey("unit"))
        {
            _source.Add(node, $"Column '{name}' says in which unit values are given, but not, with 'unit', in which unit it holds them.");
        }

        foreach (var member in (string[])["unit", "given"])
        {
            if (_source.Text(members, member) is { } unit && UnitNames.Find(unit) is null)
            {
                _source.Expected(members[member], $"{member} must be one of {string.Join(", ", Unit.Codes)}");
            }
        }

        return new ColumnMapping
        {
            Name = name,
            Kind = Kinds[declaration.OneOf(members, "type", "text", Kinds.Keys)],
            From = [.. Texts(members, "from").Select(FieldPath.Parse)],
            Value = _source.Text(members, "value"),
            Required = _source.Flag(members, "required") ?? false,
            Unit = _source.Text(members, "unit"),
            GivenUnit = _source.Text(members, "given"),
            UnitFrom = Path(members, "unit_from"),
            Match = Pattern(members),
            Words = Map(members, "words"),
            OffsetFrom = Path(members, "offset_from"),
            Zone = Zone(members),
            Format = _source.Text(members, "format"),
        };
    }

    private FieldPath? Path(Dictionary<string, SourceNode> members, string name) =>
        _source.Text(members, name) is { } text ? FieldPath.Parse(text) : null;

    private Regex? Pattern(Dictionary<string, SourceNode> members)
    {
        if (_source.Text(members, "match") is not { } text)
        {
            return null;
        }

        try
        {
            // Without backtracking: no text of a provider makes a pattern run for long.
            var pattern = new Regex(text, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture);
            if (!pattern.GetGroupNames().Contains("value"))
            {
                _source.Add(members["match"], "match must have a group named value: (?<value>...).");
            }

            return pattern;
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            _source.Add(members["match"], $"match is not a regular expression that can be used: {exception.Message}");
            return null;
        }
    }

    private TimeZoneInfo? Zone(Dictionary<string, SourceNode> members)
    {
        if (_source.Text(members, "zone") is not { } text)
        {
            return null;
        }

        if (TimeZoneInfo.TryFindSystemTimeZoneById(text, out var zone))
        {
            return zone;
        }

        _source.Expected(members["zone"], "zone must be a time zone such as Europe/Berlin");
        return null;
    }

    [GeneratedRegex(@"\A[a-z][a-z0-9_]{0,58}\z")]
    private static partial Regex ColumnName();
}
