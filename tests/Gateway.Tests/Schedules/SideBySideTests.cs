using System.Globalization;
using Skipper.Testing;

namespace Skipper.Gateway.Tests.Schedules;

public sealed class SideBySideTests
{
    private const string EverySecond = """{"workflow":"weather","cron":"* * * * * ?","overlap":"allow"}""";

    /// <summary>How many slots are waited for; more in the environment variable makes a longer test.</summary>
    private static readonly int Length = int.Parse(
        Environment.GetEnvironmentVariable("SKIPPER_TEST_SLOTS") ?? "6", CultureInfo.InvariantCulture);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_gateways_start_each_slot_once_and_one_goes_on_alone()
    {
        await using var storage = await TestStorage.PostgreSqlAsync();
        await using var one = await SchedulesHost.StartAsync(storage);
        FakeLauncher stopped;
        await using (var other = await SchedulesHost.StartAsync(storage))
        {
            await other.SendAsync(HttpMethod.Put, "schedules/often", EverySecond);
            await Eventually.TrueAsync(() => Slots(one.Launcher).Count + Slots(other.Launcher).Count >= Length, "both start runs", Token);
            stopped = other.Launcher;
        }

        var now = TimeProvider.System.GetUtcNow();
        await Eventually.TrueAsync(() => Slots(one.Launcher).Count(slot => slot > now) >= 3, "the other gateway goes on", Token);

        var slots = Slots(one.Launcher).Concat(Slots(stopped)).Order().ToList();
        Assert.Equal(Enumerable.Range(0, slots.Count).Select(i => slots[0].AddSeconds(i)), slots);
    }

    [Fact]
    public async Task A_schedule_that_is_deleted_on_one_gateway_starts_nothing_on_the_other()
    {
        await using var storage = await TestStorage.PostgreSqlAsync();
        await using var one = await SchedulesHost.StartAsync(storage);
        await using var other = await SchedulesHost.StartAsync(storage);
        await one.SendAsync(HttpMethod.Put, "schedules/often", EverySecond);
        await Eventually.TrueAsync(() => Slots(one.Launcher).Count + Slots(other.Launcher).Count >= 2, "runs are started", Token);

        await other.SendAsync(HttpMethod.Delete, "schedules/often");
        var deleted = TimeProvider.System.GetUtcNow();
        await one.SendAsync(HttpMethod.Put, "schedules/later", EverySecond);
        await Eventually.TrueAsync(
            () => one.Launcher.Started.Concat(other.Launcher.Started).Count(run => run.Schedule == "later") >= 3,
            "another schedule starts runs",
            Token);

        Assert.DoesNotContain(
            one.Launcher.Started.Concat(other.Launcher.Started), run => run.Schedule == "often" && run.Slot > deleted);
    }

    private static List<DateTimeOffset> Slots(FakeLauncher launcher) => [.. launcher.Started.Select(run => run.Slot!.Value)];
}
