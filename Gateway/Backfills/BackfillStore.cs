using Skipper.Gateway.Runs;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Gateway.Backfills;

/// <summary>Remembers backfills, and which slot is next.</summary>
internal sealed class BackfillStore([FromKeyedServices(GatewayService.Schema)] Database database, TimeProvider time)
{
    private const int ListLimit = 100;

    // One statement, so that the count has every run of a slot before the next one.
    private const string Select = """
        SELECT b.id AS Id, b.workflow AS Workflow, b.version AS Version, b.slot_from AS SlotFrom, b.slot_to AS SlotTo, b.every AS Every,
               b.time_zone AS TimeZone, b.max_parallel AS MaxParallel, b.on_existing AS OnExisting, b.state AS State,
               b.paused_reason AS PausedReason, b.next_slot AS NextSlot, b.input AS Input, b.created_at AS CreatedAt,
               b.finished_at AS FinishedAt,
               (SELECT count(*) FROM gateway.runs r WHERE r.backfill_id = b.id AND r.finished_at IS NULL) AS Unfinished
        FROM gateway.backfills b
        """;

    private readonly string _add = database.Sql("""
        INSERT INTO gateway.backfills
          (id, workflow, version, slot_from, slot_to, every, time_zone, max_parallel, on_existing, state, next_slot, input, created_at)
        VALUES
          (@Id, @Workflow, @Version, @SlotFrom, @SlotTo, @Every, @TimeZone, @MaxParallel, @OnExisting, 'running', @NextSlot, @Input, @Now)
        """);

    private readonly string _list = database.Sql($"{Select} ORDER BY b.id DESC LIMIT {ListLimit}");

    private readonly string _find = database.Sql($"{Select} WHERE b.id = @Id");

    private readonly string _running = database.Sql($"{Select} WHERE b.state = 'running' ORDER BY b.id");

    private readonly string _runs = database.Sql("""
        SELECT id AS Id, slot AS Slot, state AS State, backfill_id AS BackfillId FROM gateway.runs
        WHERE workflow = @Workflow AND slot >= @From AND slot < @To
        """);

    private readonly string _counts = database.Sql(
        "SELECT state AS State, count(*) AS Count FROM gateway.runs WHERE backfill_id = @Id GROUP BY state");

    private readonly string _advance = database.Sql("""
        UPDATE gateway.backfills SET next_slot = @Next WHERE id = @Id AND state = 'running' AND next_slot = @Expected
        """);

    private readonly string _finish = database.Sql("""
        UPDATE gateway.backfills SET state = 'finished', finished_at = @Now
        WHERE id = @Id AND state = 'running' AND next_slot IS NULL
          AND NOT EXISTS (SELECT 1 FROM gateway.runs r WHERE r.backfill_id = @Id AND r.finished_at IS NULL)
        """);

    private readonly string _pause = database.Sql(
        "UPDATE gateway.backfills SET state = 'paused', paused_reason = @Reason WHERE id = @Id AND state = 'running'");

    private readonly string _resume = database.Sql(
        "UPDATE gateway.backfills SET state = 'running', paused_reason = NULL WHERE id = @Id AND state = 'paused'");

    private readonly string _cancel = database.Sql("""
        UPDATE gateway.backfills SET state = 'cancelled', finished_at = @Now WHERE id = @Id AND state IN ('running', 'paused')
        """);

    public Task AddAsync(Backfill backfill, CancellationToken cancellationToken) => ChangeAsync(
        _add,
        new
        {
            backfill.Id,
            backfill.Workflow,
            backfill.Version,
            backfill.SlotFrom,
            backfill.SlotTo,
            backfill.Every,
            backfill.TimeZone,
            backfill.MaxParallel,
            backfill.OnExisting,
            backfill.NextSlot,
            backfill.Input,
            Now = backfill.CreatedAt,
        },
        cancellationToken);

    /// <summary>The newest hundred, newest first.</summary>
    public Task<List<Backfill>> ListAsync(CancellationToken cancellationToken) => QueryAsync<Backfill>(_list, null, cancellationToken);

    public Task<List<Backfill>> RunningAsync(CancellationToken cancellationToken) =>
        QueryAsync<Backfill>(_running, null, cancellationToken);

    /// <summary>Null where there is no such backfill.</summary>
    public async Task<Backfill?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        (await QueryAsync<Backfill>(_find, new { Id = id }, cancellationToken)).SingleOrDefault();

    /// <summary>The runs of a workflow for slots in [from, to), whoever started them.</summary>
    public Task<List<SlotRun>> RunsAsync(
        string workflow, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken) =>
        QueryAsync<SlotRun>(_runs, new { Workflow = workflow, From = from, To = to }, cancellationToken);

    /// <summary>How many of its runs are in which state.</summary>
    public async Task<IReadOnlyDictionary<string, long>> CountsAsync(Guid id, CancellationToken cancellationToken) =>
        (await QueryAsync<StateCount>(_counts, new { Id = id }, cancellationToken)).ToDictionary(row => row.State, row => row.Count);

    /// <summary>Moves on from a slot; false where another gateway did, or the backfill no longer runs.</summary>
    public Task<bool> AdvanceAsync(Guid id, DateTimeOffset expected, DateTimeOffset? next, CancellationToken cancellationToken) =>
        ChangeAsync(_advance, new { Id = id, Expected = expected, Next = next }, cancellationToken);

    /// <summary>Ends it where all slots are decided and all its runs have ended.</summary>
    public Task<bool> FinishAsync(Guid id, CancellationToken cancellationToken) =>
        ChangeAsync(_finish, new { Id = id, Now = time.GetUtcNow() }, cancellationToken);

    public Task<bool> PauseAsync(Guid id, string? reason, CancellationToken cancellationToken) => ChangeAsync(
        _pause, new { Id = id, Reason = reason is null ? null : StoredText.Clean(reason) }, cancellationToken);

    public Task<bool> ResumeAsync(Guid id, CancellationToken cancellationToken) =>
        ChangeAsync(_resume, new { Id = id }, cancellationToken);

    public Task<bool> CancelAsync(Guid id, CancellationToken cancellationToken) =>
        ChangeAsync(_cancel, new { Id = id, Now = time.GetUtcNow() }, cancellationToken);

    private Task<List<T>> QueryAsync<T>(string sql, object? arguments, CancellationToken cancellationToken) =>
        database.ReadAsync(connection => connection.QueryAsync<T>(sql, arguments, cancellationToken), cancellationToken);

    private Task<bool> ChangeAsync(string sql, object arguments, CancellationToken cancellationToken) => database.WriteAsync(
        async transaction => await transaction.ExecuteAsync(sql, arguments, cancellationToken) > 0, cancellationToken);

    private sealed record StateCount
    {
        public required string State { get; init; }

        public long Count { get; init; }
    }
}
