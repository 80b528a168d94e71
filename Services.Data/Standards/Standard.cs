using System.Collections.Frozen;
using Skipper.Services.Data.Tables;

namespace Skipper.Services.Data.Standards;

/// <summary>Declared business rules that turn the cells of a source into canonical columns.</summary>
internal sealed record Standard
{
    public required string Name { get; init; }

    public required RuleNames Rules { get; init; }

    /// <summary>Texts that mean no value, without regard to case.</summary>
    public required FrozenSet<string> Missing { get; init; }

    public required IReadOnlyList<StandardColumn> Columns { get; init; }

    /// <summary>The canonical columns, those that name a unit included.</summary>
    public TableSchema Schema => new([.. Columns.SelectMany(column => column.UnitTo is null
        ? [new ColumnSchema(column.Name, column.Kind)]
        : new ColumnSchema[] { new(column.Name, column.Kind), new(column.UnitTo, ColumnKind.Text) })]);
}

/// <summary>A canonical column and where it comes from.</summary>
internal sealed record StandardColumn
{
    public required string Name { get; init; }

    public required ColumnKind Kind { get; init; }

    /// <summary>Names that the source may have for it; the first that is there counts.</summary>
    public required IReadOnlyList<string> From { get; init; }

    /// <summary>A row without a value breaks a rule; a source without the column is refused.</summary>
    public bool Required { get; init; }

    /// <summary>The unit of the canonical values.</summary>
    public Unit? Unit { get; init; }

    /// <summary>The unit that the source always uses; null = the canonical one.</summary>
    public Unit? SourceUnit { get; init; }

    /// <summary>The source column that says in which unit a row is given.</summary>
    public string? UnitFrom { get; init; }

    /// <summary>The canonical text column that keeps the code of the unit that a row was given in.</summary>
    public string? UnitTo { get; init; }

    /// <summary>What the source calls units.</summary>
    public FrozenDictionary<string, Unit> Units { get; init; } = FrozenDictionary<string, Unit>.Empty;

    public NumberFormat Numbers { get; init; } = new();

    public TimestampFormat Format { get; init; } = TimestampFormat.Rfc3339;

    /// <summary>Canonical texts by what the source calls them; null = any text is taken as it is.</summary>
    public FrozenDictionary<string, string>? Categories { get; init; }
}

/// <summary>What findings of the standard are called.</summary>
internal sealed record RuleNames
{
    public string ColumnCount { get; init; } = "column_count";

    public string Missing { get; init; } = "missing_value";

    public string Number { get; init; } = "not_a_number";

    public string Time { get; init; } = "not_a_time";

    public string Unit { get; init; } = "unknown_unit";

    public string Category { get; init; } = "unknown_category";
}
