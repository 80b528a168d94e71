using Skipper.Gateway.Runs;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Gateway.Schedules;

/// <summary>Remembers schedules, and up to which time they have been decided.</summary>
internal sealed class ScheduleStore([FromKeyedServices(GatewayService.Schema)] Database database, TimeProvider time)
{
    private const string Columns = """
        s.name AS Name, s.workflow AS Workflow, s.version AS Version, s.cron AS Cron, s.time_zone AS TimeZone, s.misfire AS Misfire,
        s.overlap AS Overlap, s.input AS Input, s.enabled AS Enabled, s.paused_reason AS PausedReason, s.last_slot AS LastSlot,
        s.created_at AS CreatedAt, s.changed_at AS ChangedAt, r.id AS RunId, r.state AS RunState, r.slot AS RunSlot
        """;

    private const string WithRun = """
        gateway.schedules s
        LEFT JOIN gateway.runs r
          ON r.id = (SELECT x.id FROM gateway.runs x WHERE x.schedule = s.name ORDER BY x.slot DESC LIMIT 1)
        """;

    // Other times begin to count from now: what they would have been before was never promised.
    private readonly string _save = database.Sql("""
        INSERT INTO gateway.schedules AS s
          (name, workflow, version, cron, time_zone, misfire, overlap, input, enabled, last_slot, created_at, changed_at)
        VALUES (@Name, @Workflow, @Version, @Cron, @TimeZone, @Misfire, @Overlap, @Input, @Enabled, @Now, @Now, @Now)
        ON CONFLICT (name) DO UPDATE SET
          workflow = excluded.workflow, version = excluded.version, cron = excluded.cron, time_zone = excluded.time_zone,
          misfire = excluded.misfire, overlap = excluded.overlap, input = excluded.input, enabled = excluded.enabled,
          paused_reason = NULL, changed_at = excluded.changed_at,
          last_slot = CASE WHEN s.cron = excluded.cron AND s.time_zone = excluded.time_zone AND s.enabled = excluded.enabled
                           THEN s.last_slot ELSE excluded.last_slot END
        """);

    private readonly string _list = database.Sql($"SELECT {Columns} FROM {WithRun} ORDER BY s.name");

    private readonly string _find = database.Sql($"SELECT {Columns} FROM {WithRun} WHERE s.name = @Name");

    private readonly string _pause = database.Sql("""
        UPDATE gateway.schedules SET enabled = @Enabled, paused_reason = @Reason, changed_at = @Now WHERE name = @Name
        """);

    private readonly string _giveUp = database.Sql("""
        UPDATE gateway.schedules SET enabled = @Enabled, paused_reason = @Reason, changed_at = @Now
        WHERE name = @Name AND changed_at = @ChangedAt
        """);

    private readonly string _resume = database.Sql("""
        UPDATE gateway.schedules
        SET last_slot = CASE WHEN enabled = @Enabled THEN last_slot ELSE @Now END,
            enabled = @Enabled, paused_reason = NULL, changed_at = @Now
        WHERE name = @Name
        """);

    private readonly string _decided = database.Sql("""
        UPDATE gateway.schedules SET last_slot = @Slot WHERE name = @Name AND (last_slot IS NULL OR last_slot < @Slot)
        """);

    private readonly string _delete = database.Sql("DELETE FROM gateway.schedules WHERE name = @Name");

    /// <summary>Makes or changes it.</summary>
    public Task SaveAsync(Schedule schedule, CancellationToken cancellationToken) => ChangeAsync(
        _save,
        new
        {
            schedule.Name,
            schedule.Workflow,
            schedule.Version,
            schedule.Cron,
            schedule.TimeZone,
            schedule.Misfire,
            schedule.Overlap,
            schedule.Input,
            schedule.Enabled,
            Now = time.GetUtcNow(),
        },
        cancellationToken);

    public Task<List<Schedule>> ListAsync(CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.QueryAsync<Schedule>(_list, null, cancellationToken), cancellationToken);

    /// <summary>Null where there is no such schedule.</summary>
    public Task<Schedule?> FindAsync(string name, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.FirstOrDefaultAsync<Schedule>(_find, new { Name = name }, cancellationToken), cancellationToken);

    /// <summary>False where there is no such schedule.</summary>
    public Task<bool> PauseAsync(string name, string? reason, CancellationToken cancellationToken) => ChangeAsync(
        _pause, new { Name = name, Reason = reason, Enabled = false, Now = time.GetUtcNow() }, cancellationToken);

    /// <summary>Pauses it, unless somebody changed it in the meantime.</summary>
    public Task<bool> GiveUpAsync(Schedule seen, string reason, CancellationToken cancellationToken) => ChangeAsync(
        _giveUp,
        new { seen.Name, seen.ChangedAt, Reason = StoredText.Clean(reason), Enabled = false, Now = time.GetUtcNow() },
        cancellationToken);

    /// <summary>Goes on from now; false where there is no such schedule.</summary>
    public Task<bool> ResumeAsync(string name, CancellationToken cancellationToken) => ChangeAsync(
        _resume, new { Name = name, Enabled = true, Now = time.GetUtcNow() }, cancellationToken);

    /// <summary>Notes that all times up to a slot are decided; never goes back.</summary>
    public Task<bool> DecidedAsync(string name, DateTimeOffset slot, CancellationToken cancellationToken) =>
        ChangeAsync(_decided, new { Name = name, Slot = slot }, cancellationToken);

    /// <summary>False where there was no such schedule.</summary>
    public Task<bool> DeleteAsync(string name, CancellationToken cancellationToken) =>
        ChangeAsync(_delete, new { Name = name }, cancellationToken);

    private Task<bool> ChangeAsync(string sql, object arguments, CancellationToken cancellationToken) => database.WriteAsync(
        async transaction => await transaction.ExecuteAsync(sql, arguments, cancellationToken) > 0, cancellationToken);
}
