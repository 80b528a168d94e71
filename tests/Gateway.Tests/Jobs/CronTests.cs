using System.Globalization;
using Skipper.Gateway.Jobs;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Gateway.Tests.Jobs;

public sealed class CronTests
{
    [Theory]
    [InlineData("30 2 * * *", "UTC", "2026-01-02T03:00:00Z", "2026-01-03T02:30:00Z")]
    [InlineData("30 2 * * 0", "UTC", "2026-01-02T03:00:00Z", "2026-01-04T02:30:00Z")]
    [InlineData("30 2 * * 7", "UTC", "2026-01-02T03:00:00Z", "2026-01-04T02:30:00Z")]
    [InlineData("@hourly", "UTC", "2026-01-02T03:00:00Z", "2026-01-02T04:00:00Z")]
    [InlineData("*/10 * * * * ?", "UTC", "2026-01-02T03:00:01Z", "2026-01-02T03:00:10Z")]
    [InlineData("0 0 12 1 1 ? 2027", "UTC", "2026-01-02T03:00:01Z", "2027-01-01T12:00:00Z")]
    [InlineData("30 2 * * *", "Asia/Kolkata", "2026-01-02T03:00:00Z", "2026-01-02T21:00:00Z")]
    public void The_next_time_is_told(string cron, string timeZone, string after, string expected) =>
        Assert.Equal(Time(expected), Cron.Parse(cron, timeZone).After(Time(after)));

    [Theory]
    [InlineData("30 2 * * *", "2026-01-02T02:30:00.5Z", "2026-01-02T02:30:00Z")]
    [InlineData("30 2 * * *", "2026-01-02T02:30:00Z", "2026-01-02T02:30:00Z")]
    [InlineData("30 2 * * *", "2026-01-02T02:29:59.999Z", "2026-01-01T02:30:00Z")]
    [InlineData("* * * * * ?", "2026-01-02T02:29:59.999Z", "2026-01-02T02:29:59Z")]
    public void The_newest_time_not_after_another_is_told(string cron, string time, string expected) =>
        Assert.Equal(Time(expected), Cron.Parse(cron, "UTC").AtOrBefore(Time(time)));

    [Fact]
    public void A_time_that_the_clocks_jump_over_is_at_the_end_of_the_jump() => Assert.Equal(
        [Time("2026-03-28T01:30:00Z"), Time("2026-03-29T01:00:00Z"), Time("2026-03-30T00:30:00Z")],
        Cron.Parse("30 2 * * *", "Europe/Berlin").AllAfter(Time("2026-03-28T00:00:00Z")).Take(3));

    [Fact]
    public void A_time_that_comes_twice_counts_once() => Assert.Equal(
        [Time("2026-10-24T00:30:00Z"), Time("2026-10-25T00:30:00Z"), Time("2026-10-26T01:30:00Z")],
        Cron.Parse("30 2 * * *", "Europe/Berlin").AllAfter(Time("2026-10-24T00:00:00Z")).Take(3));

    [Fact]
    public void Going_back_over_a_change_of_the_clocks_meets_the_same_times()
    {
        var cron = Cron.Parse("*/20 1-3 * * *", "Europe/Berlin");
        foreach (var day in new[] { Time("2026-03-28T12:00:00Z"), Time("2026-10-24T12:00:00Z") })
        {
            var forth = cron.AllAfter(day).TakeWhile(time => time < day.AddDays(1)).ToList();
            Assert.All(forth, time => Assert.Equal(time, cron.AtOrBefore(time)));
            Assert.All(forth.Skip(1).Zip(forth), pair => Assert.Equal(pair.Second, cron.AtOrBefore(pair.First.AddTicks(-1))));
        }
    }

    [Theory]
    [InlineData("61 * * * *")]
    [InlineData("* * * *")]
    [InlineData("* * * * * * * *")]
    [InlineData("every day")]
    [InlineData("0 0 25 * * ?")]
    [InlineData("")]
    public void A_wrong_expression_is_refused_with_what_was_found_and_what_was_expected(string cron)
    {
        var error = Assert.Throws<MeshException>(() => Cron.Parse(cron, "UTC"));

        Assert.Equal(ErrorCode.InvalidArgument, error.Code);
        Assert.StartsWith($"cron '{cron}' is not understood: ", error.Message, StringComparison.Ordinal);
        Assert.Contains("Expected five fields", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Europe/Lundon")]
    [InlineData("W. Europe Standard Time")]
    [InlineData("")]
    public void An_unknown_time_zone_is_refused(string timeZone)
    {
        var error = Assert.Throws<MeshException>(() => Cron.Parse("* * * * *", timeZone));

        Assert.Equal(
            $"There is no time zone '{timeZone}'. Expected a name of the IANA database, such as Europe/Berlin or UTC.", error.Message);
    }

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
