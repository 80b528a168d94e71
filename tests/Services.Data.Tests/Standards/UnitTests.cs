using Skipper.Services.Data.Standards;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Tests.Standards;

public sealed class UnitTests
{
    [Theory]
    [InlineData(140, "[degF]", "Cel", 60)]
    [InlineData(-40, "[degF]", "Cel", -40)]
    [InlineData(0, "K", "Cel", -273.15)]
    [InlineData(20, "Cel", "[degF]", 68)]
    [InlineData(1, "[mi_i]/h", "m/s", 0.44704)]
    [InlineData(36, "km/h", "m/s", 10)]
    [InlineData(1, "[kn_i]", "km/h", 1.852)]
    [InlineData(29.92, "[in_i'Hg]", "hPa", 1013.2076)]
    [InlineData(760, "mm[Hg]", "Pa", 101325.0144)]
    [InlineData(1, "[in_i]", "mm", 25.4)]
    [InlineData(71, "%", "1", 0.71)]
    [InlineData(180, "deg", "rad", Math.PI)]
    [InlineData(2, "h", "min", 120)]
    public void A_quantity_is_the_same_in_another_unit(double value, string from, string to, double expected)
    {
        Assert.Equal(expected, Unit.Find(from)!.Convert(value, Unit.Find(to)!), Math.Abs(expected) * 1e-7);
        Assert.Equal(value, Unit.Find(to)!.Convert(Unit.Find(from)!.Convert(value, Unit.Find(to)!), Unit.Find(from)!), 1e-9 * Math.Max(1, Math.Abs(value)));
    }

    [Fact]
    public void What_is_exact_stays_exact()
    {
        Assert.Equal(60.0, Unit.Find("[degF]")!.Convert(140, Unit.Find("Cel")!));
        Assert.Equal(0.1 + 0.2, Unit.Find("hPa")!.Convert(0.1 + 0.2, Unit.Find("hPa")!));
    }

    [Fact]
    public void Every_unit_converts_to_those_of_its_dimension_and_to_no_other()
    {
        var units = Unit.Codes.Select(code => Unit.Find(code)!).ToList();
        foreach (var from in units)
        {
            foreach (var to in units)
            {
                if (from.Dimension == to.Dimension)
                {
                    Assert.True(double.IsFinite(from.Convert(1, to)));
                }
                else
                {
                    Assert.Equal(ErrorCode.InvalidArgument, Assert.Throws<MeshException>(() => from.Convert(1, to)).Code);
                }
            }
        }
    }

    [Fact]
    public void An_unknown_code_is_no_unit() => Assert.Null(Unit.Find("furlong"));
}
