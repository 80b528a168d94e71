using Skipper.Services.Data.Standards;

namespace Skipper.Services.Data.Tests.Standards;

/// <summary>How the texts of cells become numbers and times.</summary>
public sealed class CellReadingTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("+1.50", 1.5)]
    [InlineData("-2e3", -2000)]
    [InlineData("1E-2", 0.01)]
    [InlineData("007", 7)]
    public void Numbers_are_read_as_they_stand(string text, double expected)
    {
        Assert.True(NumberText.TryRead(text, out var number));
        Assert.Equal(expected, number);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("1.")]
    [InlineData(".5")]
    [InlineData("1,5")]
    [InlineData("1 5")]
    [InlineData("1e")]
    [InlineData("0x10")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("1e400")]
    [InlineData("1O.5")]
    [InlineData("\u0661")]
    [InlineData("trace")]
    public void What_is_no_plain_number_is_refused(string text) => Assert.False(NumberText.TryRead(text, out _));

    [Fact]
    public void Minus_zero_is_zero()
    {
        Assert.True(NumberText.TryRead("-0.0", out var number));
        Assert.False(double.IsNegative(number));
    }

    [Theory]
    [InlineData("2024-02-29T18:00:00Z", "2024-02-29T18:00:00Z")]
    [InlineData("2024-02-29t22:00:00.5+01:00", "2024-02-29T21:00:00.5Z")]
    [InlineData("2024-12-31T23:59:60Z", "2025-01-01T00:00:00Z")]
    [InlineData("1969-12-31T19:00:00.1234567-05:30", "1970-01-01T00:30:00.123456Z")]
    public void Times_with_a_zone_are_instants(string text, string expected) =>
        AssertTime(TimestampFormat.Rfc3339, text, expected);

    [Theory]
    [InlineData("2024-03-01T05:00:00")]
    [InlineData("2024-03-01 05:10:00")]
    [InlineData("2024-02-30T05:00:00Z")]
    [InlineData("2023-02-29T05:00:00Z")]
    [InlineData("2024-13-01T05:00:00Z")]
    [InlineData("2024-01-01T24:00:00Z")]
    [InlineData("2024-01-01T05:00:00+24:00")]
    [InlineData("0001-01-01T00:00:00+01:00")]
    [InlineData("03/01/2024 05:00")]
    [InlineData("1709269200")]
    [InlineData("2024-01-01T05:00:00Z ")]
    public void What_is_no_instant_is_refused(string text) => Assert.False(TimestampFormat.Rfc3339.TryRead(text, out _));

    [Theory]
    [InlineData("unix", "1709269200", "2024-03-01T05:00:00Z")]
    [InlineData("unix", "1709269200.25", "2024-03-01T05:00:00.25Z")]
    [InlineData("unix_ms", "-1", "1969-12-31T23:59:59.999Z")]
    [InlineData("yyyy-MM-dd HH:mm zzz", "2024-03-01 05:00 +02:00", "2024-03-01T03:00:00Z")]
    public void Other_formats_are_declared(string format, string text, string expected) =>
        AssertTime(new TimestampFormat(format), text, expected);

    [Fact]
    public void Local_times_follow_their_zone_and_its_summer_time()
    {
        var berlin = new TimestampFormat("dd.MM.yyyy HH:mm", TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"));

        AssertTime(berlin, "31.01.2026 12:00", "2026-01-31T11:00:00Z");
        AssertTime(berlin, "31.07.2026 12:00", "2026-07-31T10:00:00Z");
        Assert.False(berlin.TryRead("29.03.2026 02:30", out _));
        Assert.False(berlin.TryRead("25.10.2026 02:30", out _));
        Assert.False(berlin.TryRead("2026-01-31", out _));
    }

    [Theory]
    [InlineData("unix", "1e300")]
    [InlineData("unix", "-99999999999999")]
    [InlineData("unix_ms", "abc")]
    public void Times_beyond_the_calendar_are_refused(string format, string text) =>
        Assert.False(new TimestampFormat(format).TryRead(text, out _));

    private static void AssertTime(TimestampFormat format, string text, string expected)
    {
        Assert.True(format.TryRead(text, out var time));
        Assert.Equal(DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), DateTimeOffset.UnixEpoch.AddTicks(time * 10));
    }
}
