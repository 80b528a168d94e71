using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Standards;

/// <summary>
/// A unit of measure, by its UCUM code: base = (value + <see cref="Shift"/>) * <see cref="Factor"/> / <see cref="Divisor"/>.
/// Kept as three exact numbers, so that 140 degF is 60 Cel and not 60.00000000000001.
/// </summary>
internal sealed record Unit(string Code, string Dimension, double Factor = 1, double Divisor = 1, double Shift = 0)
{
    private static readonly Dictionary<string, Unit> Known = new List<Unit>
    {
        new("Cel", "temperature"),
        new("K", "temperature", Shift: -273.15),
        new("[degF]", "temperature", 5, 9, -32),
        new("m/s", "speed"),
        new("km/h", "speed", Divisor: 3.6),
        new("[mi_i]/h", "speed", 0.44704),
        new("[kn_i]", "speed", 1852, 3600),
        new("mm/h", "speed", Divisor: 3_600_000),
        new("Pa", "pressure"),
        new("hPa", "pressure", 100),
        new("kPa", "pressure", 1000),
        new("mbar", "pressure", 100),
        new("bar", "pressure", 100_000),
        new("[in_i'Hg]", "pressure", 3386.389),
        new("mm[Hg]", "pressure", 133.322387415),
        new("m", "length"),
        new("mm", "length", Divisor: 1000),
        new("cm", "length", Divisor: 100),
        new("km", "length", 1000),
        new("[in_i]", "length", 0.0254),
        new("[ft_i]", "length", 0.3048),
        new("[mi_i]", "length", 1609.344),
        new("1", "ratio"),
        new("%", "ratio", Divisor: 100),
        new("[ppth]", "ratio", Divisor: 1000),
        new("[ppm]", "ratio", Divisor: 1_000_000),
        new("s", "time"),
        new("ms", "time", Divisor: 1000),
        new("min", "time", 60),
        new("h", "time", 3600),
        new("d", "time", 86_400),
        new("rad", "angle"),
        new("deg", "angle", Math.PI, 180),
        new("kg", "mass"),
        new("g", "mass", Divisor: 1000),
        new("t", "mass", 1000),
        new("[lb_av]", "mass", 0.45359237),
        new("m2", "area"),
        new("[sft_i]", "area", 0.09290304),
        new("W/m2", "irradiance"),
        new("kW/m2", "irradiance", 1000),
    }.ToDictionary(unit => unit.Code, StringComparer.Ordinal);

    public static IEnumerable<string> Codes => Known.Keys;

    public static Unit? Find(string code) => Known.GetValueOrDefault(code);

    /// <summary>The same quantity in another unit.</summary>
    /// <exception cref="MeshException">The units measure different things.</exception>
    public double Convert(double value, Unit target)
    {
        if (this == target)
        {
            return value;
        }

        return Dimension == target.Dimension
            ? ((value + Shift) * Factor / Divisor * target.Divisor / target.Factor) - target.Shift
            : throw MeshException.InvalidArgument(
                $"{Code} measures {Dimension}, {target.Code} measures {target.Dimension}: there is no conversion.");
    }
}
