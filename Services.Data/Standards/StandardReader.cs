using System.Collections.Frozen;
using Skipper.Services.Data.Tables;
using Skipper.Shared.Declarations;

namespace Skipper.Services.Data.Standards;

/// <summary>Reads a standard; see docs/data-quality.md for what it may say.</summary>
internal sealed partial class StandardReader
{
    private const int MaxColumns = 1000;

    private static readonly string[] Kinds = ["text", "integer", "number", "timestamp"];
    private static readonly string[] RuleKinds = ["column_count", "missing", "number", "time", "unit", "category"];
    private static readonly string[] NumberMembers =
    [
        "unit", "source_unit", "unit_from", "unit_to", "units", "unit_in_text", "decimal", "range",
    ];

    private static readonly string[] Known = ["name", "type", "from", "required", .. NumberMembers, "format", "zone", "categories"];

    private readonly Declaration _declaration;
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);

    private StandardReader(Declaration declaration) => _declaration = declaration;

    private SourceReader Source => _declaration.Source;

    /// <exception cref="Shared.Messaging.Errors.MeshException">Says everything that is wrong, with its line.</exception>
    public static Standard Read(ReadOnlySpan<byte> text) =>
        Declaration.Read("standard", text, (declaration, root) => new StandardReader(declaration).Read(root));

    private Standard Read(SourceNode root)
    {
        var members = Source.Members(root, "The standard", ["name", "description", "rules", "missing", "columns"]);
        Source.Text(members, "description");
        return new Standard
        {
            Name = _declaration.RequiredName(root, members, "name", "The standard"),
            Rules = Rules(members),
            Missing = (_declaration.Texts(members, "missing") ?? []).ToFrozenSet(StringComparer.OrdinalIgnoreCase),
            Columns = [.. _declaration.Items(root, members, "columns", "The standard", MaxColumns).Select(Column)],
        };
    }

    private RuleNames Rules(Dictionary<string, SourceNode> members)
    {
        var names = new RuleNames();
        if (!members.TryGetValue("rules", out var node))
        {
            return names;
        }

        var rules = Source.Members(node, "rules", RuleKinds);
        return new RuleNames
        {
            ColumnCount = Source.Text(rules, "column_count") ?? names.ColumnCount,
            Missing = Source.Text(rules, "missing") ?? names.Missing,
            Number = Source.Text(rules, "number") ?? names.Number,
            Time = Source.Text(rules, "time") ?? names.Time,
            Unit = Source.Text(rules, "unit") ?? names.Unit,
            Category = Source.Text(rules, "category") ?? names.Category,
        };
    }

    private StandardColumn Column(SourceNode node)
    {
        var members = Source.Members(node, "A column", Known);
        var name = _declaration.RequiredName(node, members, "name", "A column");
        var kind = Kind(members);
        Unique(node, name);
        var units = Units(members);
        var column = new StandardColumn
        {
            Name = name,
            Kind = kind,
            From = _declaration.Texts(members, "from") ?? [name],
            Required = Source.Flag(members, "required") ?? false,
            Unit = Unit(members, "unit"),
            SourceUnit = Unit(members, "source_unit"),
            UnitFrom = Source.Text(members, "unit_from"),
            UnitTo = Source.Text(members, "unit_to"),
            Units = units,
            Numbers = Numbers(node, members, units.Keys),
            Format = Format(members, kind),
            Categories = _declaration.Map(members, "categories")
                ?.ToFrozenDictionary(pair => pair.Key, pair => pair.Value.Text, StringComparer.Ordinal),
        };
        Check(node, members, column);
        return column;
    }

    private ColumnKind Kind(Dictionary<string, SourceNode> members) => _declaration.OneOf(members, "type", "text", Kinds) switch
    {
        "integer" => ColumnKind.Integer,
        "number" => ColumnKind.Number,
        "timestamp" => ColumnKind.Timestamp,
        _ => ColumnKind.Text,
    };

    private void Check(SourceNode node, Dictionary<string, SourceNode> members, StandardColumn column)
    {
        if (column.UnitTo is { } unitTo)
        {
            Unique(members["unit_to"], unitTo);
        }

        string[] misplaced = column.Kind switch
        {
            ColumnKind.Text => [.. NumberMembers, "format", "zone"],
            ColumnKind.Timestamp => [.. NumberMembers, "categories"],
            _ => ["format", "zone", "categories"],
        };
        foreach (var member in misplaced.Where(members.ContainsKey))
        {
            Source.Add(members[member], $"'{member}' is not for columns of type {_declaration.OneOf(members, "type", "text", Kinds)}.");
        }

        if (column.UnitFrom is not null && (column.Unit is null || column.Units.Count == 0))
        {
            Source.Add(node, $"Column '{column.Name}' has a 'unit_from': it needs a 'unit' and 'units' too.");
        }

        if (column is { UnitFrom: not null, SourceUnit: not null })
        {
            Source.Add(members["source_unit"], "'source_unit' and 'unit_from' exclude each other.");
        }

        if (column is { UnitTo: not null, Unit: null })
        {
            Source.Add(members["unit_to"], "'unit_to' needs a 'unit'.");
        }

        SameDimension(members, column);
    }

    private void Unique(SourceNode node, string name)
    {
        if (name.Length > 0 && !_names.Add(name))
        {
            Source.Add(node, $"There are two columns '{name}'.");
        }
    }

    private TimestampFormat Format(Dictionary<string, SourceNode> members, ColumnKind kind)
    {
        var name = Source.Text(members, "format") ?? TimestampFormat.Rfc3339.Name;
        var zone = Zone(members);
        if (kind is not ColumnKind.Timestamp || name is "rfc3339" or "unix" or "unix_ms")
        {
            if (zone is not null)
            {
                Source.Add(members["zone"], $"A time as {name} has its zone in itself.");
            }

            return new TimestampFormat(name);
        }

        var hasOffset = name.Contains('z', StringComparison.Ordinal) || name.Contains('K', StringComparison.Ordinal);
        if (hasOffset == zone is not null)
        {
            Source.Add(members["format"], hasOffset
                ? $"The format '{name}' has an offset, so it needs no 'zone'."
                : $"The format '{name}' has no offset: name the 'zone' of its times, such as Europe/Berlin or Etc/UTC.");
        }

        return new TimestampFormat(name, zone);
    }

    private TimeZoneInfo? Zone(Dictionary<string, SourceNode> members)
    {
        if (Source.Text(members, "zone") is not { } id)
        {
            return null;
        }

        if (TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone))
        {
            return zone;
        }

        Source.Expected(members["zone"], "zone must be a time zone such as Europe/Berlin");
        return null;
    }
}
