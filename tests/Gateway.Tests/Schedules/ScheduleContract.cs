using Skipper.Gateway.Jobs;
using Skipper.Gateway.Runs;
using Skipper.Gateway.Schedules;
using Skipper.Shared.Messaging.Errors;
using Skipper.Testing;

namespace Skipper.Gateway.Tests.Schedules;

/// <summary>What schedules start, on every database. The clock begins at 03:04:05.</summary>
public abstract class ScheduleContract : IAsyncLifetime
{
    private const string Minutely = "* * * * *";

    private SchedulesHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ScheduleStore Store => _host.Get<ScheduleStore>();

    protected abstract Task<TestStorage> CreateStorageAsync();

    public async ValueTask InitializeAsync() => _host = await SchedulesHost.CreateAsync(await CreateStorageAsync());

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_firing_starts_the_run_of_its_slot()
    {
        await SaveAsync(Minutely);
        _host.Time.Advance(56);

        await _host.FireAsync("a");

        var launch = Assert.Single(_host.Launcher.Started);
        Assert.Equal(("weather", "a", "{\"city\": \"Berlin\"}"), (launch.Workflow, launch.Schedule, launch.Input));
        Assert.Equal(SchedulesHost.At("2026-01-02T03:05:00Z"), launch.Slot);
        var schedule = await Store.FindAsync("a", Token);
        Assert.Equal((RunState.Accepted, launch.Slot), (schedule!.RunState, schedule.RunSlot));
    }

    [Fact]
    public async Task A_new_schedule_starts_nothing_for_times_before_it_was_made()
    {
        _host.Time.Advance(3600);
        await SaveAsync(Minutely);

        await _host.FireAsync("a");

        Assert.Empty(_host.Started);
    }

    [Fact]
    public async Task A_slot_that_fires_again_starts_nothing_even_if_the_first_firing_died_before_it_was_noted()
    {
        await SaveAsync(Minutely);
        var before = (await Store.FindAsync("a", Token))!;
        _host.Time.Advance(56);
        await _host.Launcher.StartAsync(before.Launch(SchedulesHost.At("2026-01-02T03:05:00Z")), Token);

        await Task.WhenAll(_host.FireAsync("a"), _host.FireAsync("a"));

        Assert.Single(_host.Started);
    }

    [Fact]
    public async Task Firings_that_come_in_the_wrong_order_lose_no_slot()
    {
        await SaveAsync("*/10 * * * * ?");
        _host.Time.Advance(20);

        await _host.FireAsync("a", SchedulesHost.At("2026-01-02T03:04:20Z"));
        await _host.FireAsync("a", SchedulesHost.At("2026-01-02T03:04:10Z"));

        Assert.Equal(["2026-01-02T03:04:10Z", "2026-01-02T03:04:20Z"], _host.Started);
    }

    [Theory]
    [InlineData(MisfirePolicy.Skip, 0)]
    [InlineData(MisfirePolicy.RunOnce, 1)]
    [InlineData(MisfirePolicy.RunAll, 3)]
    public async Task Missed_slots_are_made_up_for_as_the_misfire_policy_says(string misfire, int runs)
    {
        await SaveAsync("0 * * * *", misfire: misfire);
        _host.Time.Advance((3 * 3600) + 60);

        await _host.FireAsync("a");
        await _host.FireAsync("a");

        Assert.Equal(
            new[] { "2026-01-02T04:00:00Z", "2026-01-02T05:00:00Z", "2026-01-02T06:00:00Z" }.TakeLast(runs), _host.Started);
    }

    [Fact]
    public async Task While_a_run_is_unfinished_the_next_slot_is_left_out()
    {
        await SaveAsync(Minutely, overlap: OverlapPolicy.Skip);
        _host.Time.Advance(56);
        await _host.FireAsync("a");
        _host.Time.Advance(60);
        await _host.FireAsync("a");
        await _host.Launcher.EndAsync(SchedulesHost.At("2026-01-02T03:05:00Z"));
        _host.Time.Advance(60);
        await _host.FireAsync("a");

        Assert.Equal(["2026-01-02T03:05:00Z", "2026-01-02T03:07:00Z"], _host.Started);
    }

    [Fact]
    public async Task A_paused_schedule_starts_nothing_and_goes_on_from_where_it_is_resumed()
    {
        await SaveAsync(Minutely, misfire: MisfirePolicy.RunAll);
        Assert.True(await Store.PauseAsync("a", "not now", Token));
        _host.Time.Advance(600);
        await _host.FireAsync("a");
        Assert.True(await Store.ResumeAsync("a", Token));
        _host.Time.Advance(60);
        await _host.FireAsync("a");

        Assert.Equal(["2026-01-02T03:15:00Z"], _host.Started);
    }

    [Fact]
    public async Task A_change_of_other_things_than_the_times_forgets_no_slot()
    {
        await SaveAsync(Minutely);
        _host.Time.Advance(58);

        await SaveAsync(Minutely, misfire: MisfirePolicy.Skip);
        await _host.FireAsync("a");

        Assert.Equal(["2026-01-02T03:05:00Z"], _host.Started);
    }

    [Fact]
    public async Task A_refused_run_pauses_its_schedule_with_the_reason()
    {
        await SaveAsync(Minutely);
        _host.Launcher.Refusal = MeshException.InvalidArgument("Input 'city' is missing.");
        _host.Time.Advance(56);

        await _host.FireAsync("a");

        var schedule = (await Store.FindAsync("a", Token))!;
        Assert.False(schedule.Enabled);
        Assert.EndsWith("was refused: Input 'city' is missing.", schedule.PausedReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_that_may_pass_is_left_to_the_engine_and_nothing_is_lost()
    {
        await SaveAsync(Minutely);
        _host.Launcher.Refusal = MeshException.Unavailable("Away for a moment.");
        _host.Time.Advance(56);
        await Assert.ThrowsAsync<MeshException>(() => _host.FireAsync("a"));
        _host.Launcher.Refusal = null;

        await _host.FireAsync("a");

        Assert.Single(_host.Started);
    }

    [Fact]
    public async Task A_deleted_schedule_ends_its_firings()
    {
        await SaveAsync(Minutely);
        await _host.Get<ScheduleKeeper>().KeepAllAsync(Token);
        Assert.Equal(Minutely, _host.Engine.Recurring[new JobTicket(Schedule.Handler, "a")]);
        Assert.True(await Store.DeleteAsync("a", Token));
        Assert.False(await Store.DeleteAsync("a", Token));

        await _host.FireAsync("a");

        Assert.Empty(_host.Engine.Recurring);
    }

    [Fact]
    public async Task Slots_that_passed_while_no_gateway_was_there_are_noticed_at_the_start()
    {
        await SaveAsync(Minutely);
        await _host.Get<ScheduleKeeper>().KeepAllAsync(Token);
        Assert.Empty(_host.Engine.Woken);
        _host.Time.Advance(3600);

        await _host.Get<ScheduleKeeper>().KeepAllAsync(Token);

        Assert.Equal([new JobTicket(Schedule.Handler, "a")], _host.Engine.Woken);
    }

    private Task SaveAsync(string cron, string misfire = MisfirePolicy.RunOnce, string overlap = OverlapPolicy.Allow) => Store.SaveAsync(
        new Schedule
        {
            Name = "a",
            Workflow = "weather",
            Cron = cron,
            TimeZone = "UTC",
            Misfire = misfire,
            Overlap = overlap,
            Input = "{\"city\": \"Berlin\"}",
            Enabled = true,
        },
        Token);
}
