using Skipper.Services.Data.Standards;

namespace Skipper.Services.Data.Sources.Mapping;

/// <summary>What providers call the units.</summary>
internal static class UnitNames
{
    private const string World = "wmoUnit:";

    private static readonly Dictionary<string, string> Codes = new(StringComparer.Ordinal)
    {
        ["°C"] = "Cel",
        ["C"] = "Cel",
        ["degC"] = "Cel",
        ["celsius"] = "Cel",
        ["°F"] = "[degF]",
        ["F"] = "[degF]",
        ["degF"] = "[degF]",
        ["fahrenheit"] = "[degF]",
        ["kmh"] = "km/h",
        ["km_h-1"] = "km/h",
        ["m_s-1"] = "m/s",
        ["ms"] = "m/s",
        ["mph"] = "[mi_i]/h",
        ["mp/h"] = "[mi_i]/h",
        ["kn"] = "[kn_i]",
        ["kt"] = "[kn_i]",
        ["knots"] = "[kn_i]",
        ["inHg"] = "[in_i'Hg]",
        ["millibar"] = "mbar",
        ["inch"] = "[in_i]",
        ["in"] = "[in_i]",
        ["ft"] = "[ft_i]",
        ["mi"] = "[mi_i]",
        ["percent"] = "%",
        ["fraction"] = "1",
        ["°"] = "deg",
        ["degrees"] = "deg",
        ["degree_(angle)"] = "deg",
    };

    /// <summary>The unit with a UCUM code, or one of the names above, also as weather.gov writes them: <c>wmoUnit:degC</c>.</summary>
    public static Unit? Find(string name)
    {
        name = name.StartsWith(World, StringComparison.Ordinal) ? name[World.Length..] : name;
        return Unit.Find(Codes.GetValueOrDefault(name, name));
    }
}
