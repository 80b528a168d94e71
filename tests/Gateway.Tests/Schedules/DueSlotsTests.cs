using Skipper.Gateway.Jobs;
using Skipper.Gateway.Schedules;

namespace Skipper.Gateway.Tests.Schedules;

public sealed class DueSlotsTests
{
    private static readonly DateTimeOffset Now = SchedulesHost.At("2026-01-02T03:00:00Z");

    [Theory]
    [InlineData(MisfirePolicy.Skip, 61)]
    [InlineData(MisfirePolicy.RunOnce, 61)]
    [InlineData(MisfirePolicy.RunAll, 61 + DueSlots.MostMissed)]
    public void Late_slots_are_all_due_and_of_the_missed_ones_at_most_a_hundred(string misfire, int count)
    {
        var slots = DueSlots.Of(Cron.Parse("* * * * * ?", "UTC"), misfire, Now.AddDays(-30), Now, Now);

        Assert.Equal(Enumerable.Range(0, count).Select(i => Now.AddSeconds(i + 1 - count)), slots);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(60, 1)]
    [InlineData(61, 2)]
    public void The_last_decided_slot_is_not_due_again(int seconds, int count) => Assert.Equal(
        count,
        DueSlots.Of(Cron.Parse("* * * * *", "UTC"), MisfirePolicy.RunAll, Now.AddSeconds(-seconds), Now, Now).Count);

    [Fact]
    public void A_slot_after_the_firing_is_not_due() => Assert.Equal(
        [Now.AddSeconds(-10)],
        DueSlots.Of(Cron.Parse("*/10 * * * * ?", "UTC"), MisfirePolicy.RunAll, Now.AddSeconds(-20), Now.AddSeconds(-3), Now));
}
