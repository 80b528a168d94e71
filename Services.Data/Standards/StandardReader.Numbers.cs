using Skipper.Shared.Declarations;

namespace Skipper.Services.Data.Standards;

/// <summary>How a column writes its numbers.</summary>
internal sealed partial class StandardReader
{
    private static readonly string[] Points = ["point", "comma"];
    private static readonly string[] RangeRules = ["refused", "lowest", "middle", "highest"];

    private NumberFormat Numbers(SourceNode node, Dictionary<string, SourceNode> members, IEnumerable<string> units)
    {
        var isUnitInText = Source.Flag(members, "unit_in_text") ?? false;
        if (isUnitInText && (!members.ContainsKey("unit") || !members.ContainsKey("units")))
        {
            Source.Add(node, "A column with 'unit_in_text' needs a 'unit' and 'units' too.");
        }

        if (isUnitInText && members.TryGetValue("unit_from", out var unitFrom))
        {
            Source.Add(unitFrom, "'unit_in_text' and 'unit_from' exclude each other.");
        }

        return new NumberFormat
        {
            DecimalComma = _declaration.OneOf(members, "decimal", "point", Points) == "comma",
            Ranges = Enum.Parse<RangeRule>(_declaration.OneOf(members, "range", "refused", RangeRules), ignoreCase: true),
            Units = isUnitInText ? [.. units.OrderByDescending(unit => unit.Length).ThenBy(unit => unit, StringComparer.Ordinal)] : [],
        };
    }
}
