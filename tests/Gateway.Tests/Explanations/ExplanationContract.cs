using Skipper.Gateway.Explanations;
using Skipper.Gateway.Runs;
using Skipper.Gateway.Tests.RunsApi;
using Skipper.Shared.Messaging.Transports;
using Skipper.Testing;

namespace Skipper.Gateway.Tests.Explanations;

/// <summary>What an explanation is made of, from every database.</summary>
public abstract class ExplanationContract : IAsyncLifetime
{
    private RunsApiHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    protected abstract Task<TestStorage> CreateStorageAsync();

    public async ValueTask InitializeAsync() => _host = new RunsApiHost(await CreateStorageAsync());

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Ahead_are_due_steps_of_the_queue_with_more_priority_or_the_same_and_earlier()
    {
        await QueuedAsync("priority = 5");
        await QueuedAsync("priority = 9");
        await QueuedAsync("priority = 4");
        await QueuedAsync("priority = 9", "another_queue");
        await QueuedAsync($"priority = 9, available_at = '2027-01-01T00:00:00.000000Z'");
        await QueuedAsync("priority = 9, state = 'dispatched'");
        var run = await QueuedAsync("priority = 5");
        await QueuedAsync("priority = 5");
        await QueuedAsync("priority = 6");

        Assert.Equal(3, (await ReadAsync(run)).Ahead["task"]);
    }

    [Fact]
    public async Task Slots_are_held_by_what_is_under_way()
    {
        var dispatched = await QueuedAsync("concurrency_key = 'gpu', state = 'dispatched'");
        var running = await QueuedAsync("concurrency_key = 'gpu', state = 'running'");
        await QueuedAsync("concurrency_key = 'gpu', state = 'succeeded'");
        await QueuedAsync("concurrency_key = 'other', state = 'running'");
        var run = await QueuedAsync("concurrency_key = 'gpu', concurrency_limit = 2");

        Assert.Equal([dispatched, running], (await ReadAsync(run)).Holders["gpu"]);
    }

    [Fact]
    public async Task The_attempt_before_says_why_there_is_another()
    {
        var run = await QueuedAsync("attempt = 3");
        foreach (var attempt in new[] { 1, 2 })
        {
            await _host.Table.ExecuteAsync(
                """
                INSERT INTO gateway.attempts (run_id, step, attempt, outcome, error, finished_at)
                VALUES (@Run, 'task', @Attempt, 'failed', @Error, @Now)
                """,
                new { Run = run, Attempt = attempt, Error = $"error {attempt}", Now = _host.Time.GetUtcNow() });
        }

        var before = (await ReadAsync(run)).Before["task"];
        Assert.Equal((2, "error 2"), (before.Attempt, before.Error));
    }

    [Fact]
    public async Task Needs_are_those_of_the_version_of_the_run()
    {
        var run = await QueuedAsync("priority = 5");
        await _host.Table.ExecuteAsync("UPDATE gateway.runs SET version = 2 WHERE id = @Run", new { Run = run });
        foreach (var version in new[] { 1, 2 })
        {
            await _host.Table.ExecuteAsync(
                "INSERT INTO gateway.workflows VALUES ('training', @Version, @Definition, '', @Digest, @Now)",
                new
                {
                    Version = version,
                    Digest = $"d{version}",
                    Definition = """{"name":"training","steps":{"data":{"task":"a"},"train":{"task":"b","needs":["dataN"]}}}"""
                        .Replace("N", $"{version}", StringComparison.Ordinal),
                    Now = _host.Time.GetUtcNow(),
                });
        }

        Assert.Equal(["data2"], (await ReadAsync(run)).Needs["train"]);
    }

    [Fact]
    public async Task The_broker_is_asked_about_the_queues_of_steps_that_wait_for_workers()
    {
        _host.Transport.Missing["gone"] = true;
        var run = await QueuedAsync("priority = 5");
        await _host.Table.StepAsync(run, "b", StepState.Dispatched, "gone");
        await _host.Table.StepAsync(run, "c", StepState.Running, "not_asked");
        var snapshot = await ReadAsync(run);

        Assert.Equal(new QueueState(1, 0), snapshot.Queues["skipper_training"]);
        Assert.Null(snapshot.Queues["gone"]);
        Assert.False(snapshot.Queues.ContainsKey("not_asked"));
        Assert.Null(snapshot.BrokerProblem);
        _host.Transport.State = new TransportState(false, 1, "connection refused");
        Assert.Equal("connection refused", (await ReadAsync(run)).BrokerProblem);
    }

    private async Task<Guid> QueuedAsync(string set, string queue = "skipper_training")
    {
        _host.Time.Advance(0.001);
        var run = await _host.Table.RunAsync(RunState.Accepted);
        await _host.Table.StepAsync(run, "task", StepState.Queued, queue, set);
        return run;
    }

    private async Task<RunSnapshot> ReadAsync(Guid run) =>
        await _host.Get<SnapshotReader>().ReadAsync((await _host.Reader.FindAsync(run, Token))!, Token);
}
