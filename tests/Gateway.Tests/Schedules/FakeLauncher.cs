using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Skipper.Gateway.Runs;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Gateway.Tests.Schedules;

/// <summary>Starts runs that are rows only, which a test ends; the indexes of the table hold what is unique.</summary>
internal sealed class FakeLauncher([FromKeyedServices(GatewayService.Schema)] Database database) : IRunLauncher
{
    private readonly string _start = database.Sql("""
        INSERT INTO gateway.runs (id, workflow, version, state, priority, input, dedup_key, schedule, backfill_id, slot, created_at)
        VALUES (@Id, @Workflow, @Version, 'accepted', @Priority, '{}', @DedupKey, @Schedule, @BackfillId, @Slot, @Slot)
        ON CONFLICT DO NOTHING
        """);

    private readonly string _existing = database.Sql("""
        SELECT count(*) FROM gateway.runs WHERE slot = @Slot AND (schedule = @Schedule OR backfill_id = @BackfillId)
        """);

    private readonly string _end = database.Sql(
        "UPDATE gateway.runs SET state = @State, finished_at = slot WHERE slot = @Slot AND finished_at IS NULL");

    /// <summary>What was started, in order.</summary>
    public ConcurrentQueue<RunLaunch> Started { get; } = new();

    /// <summary>Thrown instead of starting; null = nothing.</summary>
    public Exception? Refusal { get; set; }

    public Task<LaunchedRun> StartAsync(RunLaunch launch, CancellationToken cancellationToken) => database.WriteAsync(
        async transaction =>
        {
            if (Refusal is { } refusal)
            {
                throw refusal;
            }

            var id = Guid.CreateVersion7();
            var row = new
            {
                Id = id,
                launch.Workflow,
                launch.Version,
                launch.Priority,
                launch.DedupKey,
                launch.Schedule,
                launch.BackfillId,
                launch.Slot,
            };
            if (await transaction.ExecuteAsync(_start, row, cancellationToken) == 1)
            {
                Started.Enqueue(launch);
                return new LaunchedRun(id, Existed: false);
            }

            return await transaction.FirstOrDefaultAsync<long>(_existing, row, cancellationToken) > 0
                ? new LaunchedRun(id, Existed: true)
                : throw new MeshException(ErrorCode.AlreadyExists, "A run is unfinished.");
        },
        cancellationToken);

    public Task EndAsync(DateTimeOffset slot, string state = RunState.Succeeded) => database.WriteAsync(
        transaction => transaction.ExecuteAsync(_end, new { Slot = slot, State = state }, TestContext.Current.CancellationToken),
        TestContext.Current.CancellationToken);
}
