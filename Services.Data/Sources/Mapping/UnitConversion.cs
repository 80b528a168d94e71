namespace Skipper.Services.Data.Sources.Mapping;

/// <summary>From one unit to another: value * factor + shift.</summary>
internal readonly record struct UnitConversion(double Factor, double Shift)
{
    // To the first unit of each line: value * factor + shift.
    private static readonly Dictionary<string, (string Dimension, double Factor, double Shift)> Units = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Cel"] = ("temperature", 1, 0), ["°C"] = ("temperature", 1, 0), ["celsius"] = ("temperature", 1, 0),
        ["C"] = ("temperature", 1, 0), ["degC"] = ("temperature", 1, 0), ["K"] = ("temperature", 1, -273.15),
        ["F"] = ("temperature", 5 / 9d, -160 / 9d), ["°F"] = ("temperature", 5 / 9d, -160 / 9d), ["[degF]"] = ("temperature", 5 / 9d, -160 / 9d),
        ["degF"] = ("temperature", 5 / 9d, -160 / 9d),
        ["m/s"] = ("speed", 1, 0), ["km/h"] = ("speed", 1 / 3.6, 0), ["mph"] = ("speed", 0.44704, 0),
        ["kn"] = ("speed", 1852 / 3600d, 0), ["km_h-1"] = ("speed", 1 / 3.6, 0), ["mp/h"] = ("speed", 0.44704, 0),
        ["hPa"] = ("pressure", 1, 0), ["mbar"] = ("pressure", 1, 0), ["Pa"] = ("pressure", 0.01, 0), ["inHg"] = ("pressure", 33.86389, 0),
        ["mm"] = ("length", 1, 0), ["cm"] = ("length", 10, 0), ["in"] = ("length", 25.4, 0), ["inch"] = ("length", 25.4, 0),
        ["m"] = ("length", 1000, 0), ["km"] = ("length", 1e6, 0), ["mi"] = ("length", 1_609_344, 0),
        ["1"] = ("share", 1, 0), ["%"] = ("share", 0.01, 0), ["percent"] = ("share", 0.01, 0),
        ["deg"] = ("angle", 1, 0), ["°"] = ("angle", 1, 0), ["degrees"] = ("angle", 1, 0),
    };

    /// <summary>Null where one is unknown, or they measure different things.</summary>
    public static UnitConversion? Find(string from, string to)
    {
        const string World = "wmoUnit:";
        from = from.StartsWith(World, StringComparison.Ordinal) ? from[World.Length..] : from;
        return Units.TryGetValue(from, out var source) && Units.TryGetValue(to, out var target) && source.Dimension == target.Dimension
            ? new UnitConversion(source.Factor / target.Factor, (source.Shift - target.Shift) / target.Factor)
            : null;
    }

    public double Apply(double value) => (value * Factor) + Shift;
}
