using Skipper.Gateway.Backfills;
using Skipper.Gateway.Runs;
using Skipper.Gateway.Tests.Schedules;
using Skipper.Shared.Messaging.Errors;
using Skipper.Testing;

namespace Skipper.Gateway.Tests.Backfills;

/// <summary>What backfills start, on every database.</summary>
public abstract class BackfillContract : IAsyncLifetime
{
    private static readonly DateTimeOffset[] Days =
        [.. Enumerable.Range(0, 5).Select(day => SchedulesHost.At("2026-01-01T00:00:00Z").AddDays(day))];

    private SchedulesHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private BackfillStore Store => _host.Get<BackfillStore>();

    private IEnumerable<DateTimeOffset> Started => _host.Launcher.Started.Select(launch => launch.Slot!.Value);

    protected abstract Task<TestStorage> CreateStorageAsync();

    public async ValueTask InitializeAsync() => _host = await SchedulesHost.CreateAsync(await CreateStorageAsync());

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Runs_are_started_oldest_first_at_most_so_many_at_a_time_until_all_have_ended()
    {
        var id = await AddAsync(parallel: 2);

        await TickAsync();
        await TickAsync();
        Assert.Equal(Days[..2], Started);
        await _host.Launcher.EndAsync(Days[0]);
        await TickAsync();
        Assert.Equal(Days[..3], Started);
        await _host.Launcher.EndAsync(Days[1], RunState.Failed);
        await _host.Launcher.EndAsync(Days[2]);
        await TickAsync();
        Assert.Equal(Days, Started);
        await _host.Launcher.EndAsync(Days[3]);
        Assert.True(await TickAsync());
        Assert.Equal(BackfillState.Running, (await Store.FindAsync(id, Token))!.State);
        await _host.Launcher.EndAsync(Days[4]);
        await TickAsync();

        Assert.Equal(BackfillState.Finished, (await Store.FindAsync(id, Token))!.State);
        Assert.False(await TickAsync());
        var launch = _host.Launcher.Started.First();
        Assert.Equal(("weather", 3, 2, id), (launch.Workflow, launch.Version, launch.Priority, launch.BackfillId));
    }

    [Theory]
    [InlineData(ExistingPolicy.Skip, "3 4")]
    [InlineData(ExistingPolicy.RerunFailed, "2 3 4")]
    public async Task A_slot_that_has_a_run_is_left_alone_as_the_policy_says(string policy, string expected)
    {
        await ExistingAsync(Days[0], RunState.Succeeded);
        await ExistingAsync(Days[1], null);
        await ExistingAsync(Days[2], RunState.TimedOut);
        _host.Launcher.Started.Clear();
        await AddAsync(parallel: 10, policy);

        await TickAsync();

        Assert.Equal(expected.Split(' ').Select(day => Days[int.Parse(day, null)]), Started);
    }

    [Fact]
    public async Task A_backfill_whose_slots_all_have_runs_finishes_at_once()
    {
        foreach (var day in Days)
        {
            await ExistingAsync(day, RunState.Succeeded);
        }

        var id = await AddAsync(parallel: 1);

        await TickAsync();

        Assert.Equal(BackfillState.Finished, (await Store.FindAsync(id, Token))!.State);
    }

    [Fact]
    public async Task Gateways_side_by_side_start_no_slot_twice_and_stay_within_the_limit()
    {
        await AddAsync(parallel: 2);

        foreach (var day in Days)
        {
            await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => TickAsync()));
            Assert.InRange(Started.Count(started => started >= day), 0, 2);
            await _host.Launcher.EndAsync(day);
        }

        Assert.Equal(Days, Started);
    }

    [Fact]
    public async Task A_run_that_was_started_by_a_gateway_that_died_before_it_noted_that_is_not_started_twice()
    {
        var id = await AddAsync(parallel: 1);
        await _host.Launcher.StartAsync((await Store.FindAsync(id, Token))!.Launch(Days[0]), Token);
        await _host.Launcher.EndAsync(Days[0], RunState.Failed);

        await TickAsync();

        Assert.Equal(Days[..2], Started);
    }

    [Fact]
    public async Task A_paused_backfill_starts_nothing_until_it_is_resumed_and_a_cancelled_one_never_again()
    {
        var id = await AddAsync(parallel: 1);
        Assert.True(await Store.PauseAsync(id, "load", Token));
        await TickAsync();
        Assert.Empty(Started);

        Assert.True(await Store.ResumeAsync(id, Token));
        await TickAsync();
        Assert.Equal(Days[..1], Started);

        Assert.True(await Store.CancelAsync(id, Token));
        await _host.Launcher.EndAsync(Days[0]);
        await TickAsync();
        Assert.Equal(Days[..1], Started);
        Assert.False(await Store.ResumeAsync(id, Token));
    }

    [Fact]
    public async Task A_refused_run_pauses_its_backfill_with_the_reason()
    {
        var id = await AddAsync(parallel: 1);
        _host.Launcher.Refusal = MeshException.InvalidArgument("Input 'city' is missing.");

        await TickAsync();

        var backfill = (await Store.FindAsync(id, Token))!;
        Assert.Equal((BackfillState.Paused, (DateTimeOffset?)Days[0]), (backfill.State, backfill.NextSlot));
        Assert.EndsWith("was refused: Input 'city' is missing.", backfill.PausedReason, StringComparison.Ordinal);
    }

    private Task<bool> TickAsync() => _host.Get<BackfillDriver>().TickAsync(Token);

    private async Task ExistingAsync(DateTimeOffset slot, string? ended)
    {
        await _host.Launcher.StartAsync(new RunLaunch { Workflow = "weather", Schedule = "daily", Slot = slot }, Token);
        if (ended is not null)
        {
            await _host.Launcher.EndAsync(slot, ended);
        }
    }

    private async Task<Guid> AddAsync(int parallel, string onExisting = ExistingPolicy.Skip)
    {
        var backfill = new Backfill
        {
            Id = Guid.CreateVersion7(),
            Workflow = "weather",
            Version = 3,
            SlotFrom = Days[0],
            SlotTo = Days[^1].AddSeconds(1),
            Every = "1d",
            TimeZone = "UTC",
            MaxParallel = parallel,
            OnExisting = onExisting,
            State = BackfillState.Running,
            NextSlot = Days[0],
        };
        await Store.AddAsync(backfill, Token);
        return backfill.Id;
    }
}
