using Skipper.Gateway.Retention;
using Skipper.Gateway.Runs;
using Skipper.Gateway.Tests.Fakes;
using Skipper.Gateway.Tests.RunsApi;
using Skipper.Testing;

namespace Skipper.Gateway.Tests.Retention;

/// <summary>What is deleted because of its age, on every database.</summary>
public abstract class RetentionContract : IAsyncLifetime
{
    private TestStorage _storage = null!;
    private RunsApiHost? _host;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    protected abstract Task<TestStorage> CreateStorageAsync();

    public async ValueTask InitializeAsync() => _storage = await CreateStorageAsync();

    public async ValueTask DisposeAsync()
    {
        await (_host?.DisposeAsync() ?? _storage.DisposeAsync());
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Runs_that_succeeded_go_after_a_week_others_after_a_month_and_open_ones_never()
    {
        Host();
        var (succeeded, failed) = (await RunAsync(RunState.Succeeded), await RunAsync(RunState.Failed));
        var (cancelled, open) = (await RunAsync(RunState.Cancelled), await RunAsync(RunState.Running));
        await LeftAsync(7, succeeded, failed, cancelled, open);
        await LeftAsync(0.001, failed, cancelled, open);
        await LeftAsync(22.9, failed, cancelled, open);
        await LeftAsync(0.1, open);
        await LeftAsync(1000, open);
        Assert.Equal((1, 1, 1), (
            await _host!.Table.CountAsync("gateway.steps"),
            await _host.Table.CountAsync("gateway.run_events"),
            await _host.Table.CountAsync("gateway.step_logs")));
    }

    [Fact]
    public async Task Zero_days_are_forever()
    {
        Host(("Skipper:Runs:RetentionDays", "0"), ("Skipper:Runs:FailedRetentionDays", "0"));
        await LeftAsync(10_000, await RunAsync(RunState.Succeeded), await RunAsync(RunState.Failed));
    }

    [Fact]
    public async Task More_than_a_batch_goes_in_one_sweep()
    {
        Host();
        var row = new { Now = _host!.Time.GetUtcNow(), Id = Guid.NewGuid() };
        for (var i = 0; i < RetentionSweeper.Batch + 1; i++)
        {
            await _host.Table.ExecuteAsync(
                """
                INSERT INTO gateway.runs (id, workflow, state, input, created_at, finished_at)
                VALUES (@Id, 'w', 'succeeded', '{}', @Now, @Now)
                """,
                row with { Id = Guid.CreateVersion7() });
        }

        await LeftAsync(8);
    }

    [Fact]
    public async Task Keys_go_after_a_day_also_when_their_run_stays()
    {
        Host();
        await _host!.Table.ExecuteAsync(
            "INSERT INTO gateway.idempotency_keys VALUES ('/', 'k', 'f', @Id, @Now)",
            new { Id = Guid.NewGuid(), Now = _host.Time.GetUtcNow() });
        await LeftAsync(1);
        Assert.Equal(1, await _host.Table.CountAsync("gateway.idempotency_keys"));
        await LeftAsync(0.001);
        Assert.Equal(0, await _host.Table.CountAsync("gateway.idempotency_keys"));
    }

    [Fact]
    public async Task Pushes_go_when_they_cannot_come_again()
    {
        Host();
        await _host!.Table.ExecuteAsync(
            "INSERT INTO gateway.pushes (subscription, message_id, kind, state, received_at) VALUES ('s', '1', 'image', 'done', @Now)",
            new { Now = _host.Time.GetUtcNow() });
        await LeftAsync(31);
        Assert.Equal(1, await _host.Table.CountAsync("gateway.pushes"));
        await LeftAsync(0.001);
        Assert.Equal(0, await _host.Table.CountAsync("gateway.pushes"));
    }

    [Fact]
    public async Task Two_sweepers_at_once_do_not_disturb_each_other()
    {
        Host();
        for (var i = 0; i < 50; i++)
        {
            await RunAsync(RunState.Succeeded);
        }

        var store = _host!.Get<RetentionStore>();
        var counts = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ =>
            store.DeleteSucceededAsync(_host.Time.GetUtcNow().AddDays(1), 25, Token)));
        await store.DeleteSucceededAsync(_host.Time.GetUtcNow().AddDays(1), 50, Token);

        Assert.InRange(counts.Sum(), 25, 50);
        Assert.Equal(0, await _host.Table.CountAsync("gateway.runs"));
    }

    private RunsApiHost Host(params (string Key, string Value)[] settings) => _host =
        new RunsApiHost(_storage, new TestTime { SkipPauses = true }, settings);

    private async Task<Guid> RunAsync(string state)
    {
        var run = await _host!.Table.RunAsync(state);
        await _host.Table.StepAsync(run);
        await _host.Table.ExecuteAsync(
            "INSERT INTO gateway.step_logs VALUES (@Id, 'task', 1, 1, @Now, 'information', 'line')",
            new { Id = run, Now = _host.Time.GetUtcNow() });
        return run;
    }

    private async Task LeftAsync(double days, params Guid[] left)
    {
        _host!.Time.Advance(days * 86_400);
        await _host.GetHosted<RetentionSweeper>().SweepAsync(Token);
        Assert.Equal(left.Order(), (await _host.Reader.ListAsync(new(), 1000, Token)).Select(run => run.Id).Order());
    }
}
