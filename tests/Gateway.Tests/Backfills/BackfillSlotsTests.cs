using Skipper.Gateway.Backfills;
using Skipper.Gateway.Tests.Schedules;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Gateway.Tests.Backfills;

public sealed class BackfillSlotsTests
{
    [Theory]
    [InlineData("1d", "UTC", "2026-01-01", "2026-01-03", "2026-01-01T00:00:00Z 2026-01-02T00:00:00Z")]
    [InlineData("1d", "UTC", "2026-01-01", "2026-01-02T00:00:01Z", "2026-01-01T00:00:00Z 2026-01-02T00:00:00Z")]
    [InlineData("6h", "UTC", "2026-01-01T01:00", "2026-01-01T13:00", "2026-01-01T01:00:00Z 2026-01-01T07:00:00Z")]
    [InlineData("90s", "UTC", "2026-01-01T00:00:00Z", "2026-01-01T00:02:00Z", "2026-01-01T00:00:00Z 2026-01-01T00:01:30Z")]
    [InlineData("2w", "UTC", "2026-01-01", "2026-01-20", "2026-01-01T00:00:00Z 2026-01-15T00:00:00Z")]
    [InlineData("1d", "Europe/Berlin", "2026-03-28", "2026-03-31", "2026-03-27T23:00:00Z 2026-03-28T23:00:00Z 2026-03-29T22:00:00Z")]
    [InlineData("1d", "Europe/Berlin", "2026-03-28T02:30", "2026-03-30", "2026-03-28T01:30:00Z 2026-03-29T01:00:00Z")]
    [InlineData("1d", "Europe/Berlin", "2026-10-24T02:30", "2026-10-26", "2026-10-24T00:30:00Z 2026-10-25T00:30:00Z")]
    [InlineData("24h", "Europe/Berlin", "2026-03-28", "2026-03-30", "2026-03-27T23:00:00Z 2026-03-28T23:00:00Z")]
    [InlineData("0 12 * * *", "Europe/Berlin", "2026-01-01T12:00", "2026-01-02T12:00", "2026-01-01T11:00:00Z")]
    [InlineData("@hourly", "UTC", "2026-01-01T00:00:01+00:00", "2026-01-01T02:00:01+00:00", "2026-01-01T01:00:00Z 2026-01-01T02:00:00Z")]
    [InlineData("1h", "UTC", "2026-01-01T00:00:00+02:00", "2026-01-01T01:00:00+02:00", "2025-12-31T22:00:00Z")]
    public void Slots_are_those_of_the_calendar(string every, string timeZone, string from, string to, string expected)
    {
        var slots = BackfillSlots.Of(
            every, timeZone, BackfillSlots.Time("from", from, timeZone), BackfillSlots.Time("to", to, timeZone));

        Assert.Equal(expected.Split(' '), slots.Select(SchedulesHost.Text));
    }

    [Theory]
    [InlineData("1s", "2026-01-01", "2026-01-02", "There may be at most 10000 slots in a backfill, every 1s there are more")]
    [InlineData("* * * * *", "2026-01-01", "2026-02-01", "There may be at most 10000 slots in a backfill")]
    [InlineData("1d", "2026-01-02", "2026-01-02", "There is no slot from 2026-01-02")]
    [InlineData("1d", "2026-01-02", "2026-01-01", "There is no slot from 2026-01-02")]
    [InlineData("0d", "2026-01-01", "2026-01-02", "every must be a number and one of s, m, h, d, w")]
    [InlineData("day", "2026-01-01", "2026-01-02", "every must be a number and one of s, m, h, d, w")]
    [InlineData("61 * * * *", "2026-01-01", "2026-01-02", "cron '61 * * * *' is not understood")]
    [InlineData("1d", "yesterday", "2026-01-02", "from must be a date or a time such as 2026-01-31 or 2026-01-31T06:00:00Z, was 'yesterday'")]
    [InlineData("1d", "2026-01-01", null, "to must be a date or a time")]
    [InlineData("1d", "2026-01-01", "9999-01-01", "to must be in the years 1900 to 2200")]
    public void What_makes_no_backfill_is_refused(string every, string? from, string? to, string reason)
    {
        var error = Assert.Throws<MeshException>(() => BackfillSlots.Of(
            every, "UTC", BackfillSlots.Time("from", from, "UTC"), BackfillSlots.Time("to", to, "UTC")));

        Assert.Equal(ErrorCode.InvalidArgument, error.Code);
        Assert.StartsWith(reason, error.Message, StringComparison.Ordinal);
    }
}
