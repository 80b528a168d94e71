using Skipper.Services.Data.Standards;

namespace Skipper.Services.Data.Tests.Standards;

/// <summary>Numbers as people write them, where a standard says that a column does.</summary>
public sealed class NumberFormatTests
{
    [Theory]
    [InlineData("5 mph", 5, "mph")]
    [InlineData("5mph", 5, "mph")]
    [InlineData("-1.5e1 km/h", -15, "km/h")]
    [InlineData("5", 5, null)]
    [InlineData("5 to 10 mph", 7.5, "mph")]
    [InlineData("5-10 mph", 7.5, "mph")]
    [InlineData("5 \u2013 10 km/h", 7.5, "km/h")]
    [InlineData("-5--2 mph", -3.5, "mph")]
    [InlineData("1e-5 mph", 1e-5, "mph")]
    public void A_unit_may_stand_behind_a_number_or_a_range(string text, double number, string? unit)
    {
        var format = new NumberFormat { Units = ["km/h", "mph", "h"], Ranges = RangeRule.Middle };

        Assert.True(format.TryRead(text, out var found, out var behind));
        Assert.Equal((number, unit), (found, behind));
    }

    [Theory]
    [InlineData("lowest", 5)]
    [InlineData("middle", 7)]
    [InlineData("highest", 9)]
    public void A_range_stands_for_what_the_rule_says(string rule, double number)
    {
        Assert.True(new NumberFormat { Ranges = Enum.Parse<RangeRule>(rule, ignoreCase: true) }.TryRead("5 to 9", out var found, out _));
        Assert.Equal(number, found);
    }

    [Theory]
    [InlineData("10 to 5")]
    [InlineData("5 to")]
    [InlineData("to 5")]
    [InlineData("5 to 10 to 15")]
    [InlineData("5 knots")]
    [InlineData("mph")]
    [InlineData("")]
    [InlineData("-")]
    public void What_is_neither_is_refused(string text) =>
        Assert.False(new NumberFormat { Units = ["mph"], Ranges = RangeRule.Middle }.TryRead(text, out _, out _));

    [Fact]
    public void A_range_or_a_unit_is_refused_where_the_column_has_none()
    {
        Assert.False(new NumberFormat().TryRead("5 to 10", out _, out _));
        Assert.False(new NumberFormat().TryRead("5 mph", out _, out _));
        Assert.False(new NumberFormat { Units = ["m"] }.TryRead($"{new string('1', 1_000_000)}m", out _, out _));
    }

    [Theory]
    [InlineData("12,5", 12.5)]
    [InlineData("-0,25e1", -2.5)]
    [InlineData("12", 12)]
    [InlineData("1,5 to 2,5", 2)]
    public void A_comma_can_be_the_decimal_point(string text, double number)
    {
        Assert.True(new NumberFormat { DecimalComma = true, Ranges = RangeRule.Middle }.TryRead(text, out var found, out _));
        Assert.Equal(number, found);
    }

    [Theory]
    [InlineData("12.5")]
    [InlineData("1.234,5")]
    [InlineData("1,2,3")]
    [InlineData(",5")]
    public void With_a_decimal_comma_a_dot_is_not_guessed_at(string text) =>
        Assert.False(new NumberFormat { DecimalComma = true }.TryRead(text, out _, out _));
}
