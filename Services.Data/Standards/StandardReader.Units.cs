using System.Collections.Frozen;
using Skipper.Shared.Declarations;

namespace Skipper.Services.Data.Standards;

/// <summary>Units: known, and of one dimension within a column.</summary>
internal sealed partial class StandardReader
{
    private void SameDimension(Dictionary<string, SourceNode> members, StandardColumn column)
    {
        if (column is { SourceUnit: { } source, Unit: var unit } && source.Dimension != unit?.Dimension)
        {
            Source.Add(members["source_unit"], unit is null
                ? "'source_unit' needs a 'unit'."
                : $"{source.Code} measures {source.Dimension}, but {unit.Code} measures {unit.Dimension}.");
        }

        if (column.Unit is { } canonical && _declaration.Map(members, "units") is { } units)
        {
            foreach (var (_, place) in units.Values.Where(pair => Standards.Unit.Find(pair.Text)?.Dimension != canonical.Dimension))
            {
                Source.Expected(place, $"a unit of column '{column.Name}' must measure {canonical.Dimension} as {canonical.Code} does");
            }
        }
    }

    private Unit? Unit(Dictionary<string, SourceNode> members, string member) =>
        Source.Text(members, member) is { } code ? Unit(members[member], code) : null;

    private Unit? Unit(SourceNode node, string code)
    {
        var unit = Standards.Unit.Find(code);
        if (unit is null)
        {
            Source.Add(
                node,
                $"The unit '{code}' is not known; known are {string.Join(", ", Standards.Unit.Codes)}."
                + Nearest.Suggest(code, Standards.Unit.Codes));
        }

        return unit;
    }

    private FrozenDictionary<string, Unit> Units(Dictionary<string, SourceNode> members)
    {
        var units = new Dictionary<string, Unit>(StringComparer.Ordinal);
        foreach (var (name, (code, place)) in _declaration.Map(members, "units") ?? new Dictionary<string, (string, SourceNode)>())
        {
            if (Unit(place, code) is { } unit)
            {
                units[name] = unit;
            }
        }

        return units.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
