using System.Text.Json;

namespace Skipper.Gateway.Schedules;

/// <summary>A schedule as the API tells it.</summary>
internal sealed record ScheduleReply
{
    private const int NextTimes = 5;

    public required string Name { get; init; }

    public required string Workflow { get; init; }

    public int? Version { get; init; }

    public required string Cron { get; init; }

    public required string TimeZone { get; init; }

    public required string Misfire { get; init; }

    public required string Overlap { get; init; }

    public JsonElement? Input { get; init; }

    public bool Enabled { get; init; }

    public string? PausedReason { get; init; }

    /// <summary>The next times, while it is enabled.</summary>
    public required IReadOnlyList<DateTimeOffset> Next { get; init; }

    public ScheduleRun? LastRun { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset ChangedAt { get; init; }

    public static ScheduleReply Of(Schedule schedule, DateTimeOffset now) => new()
    {
        Name = schedule.Name,
        Workflow = schedule.Workflow,
        Version = schedule.Version,
        Cron = schedule.Cron,
        TimeZone = schedule.TimeZone,
        Misfire = schedule.Misfire,
        Overlap = schedule.Overlap,
        Input = schedule.Input is { } input ? JsonElement.Parse(input) : null,
        Enabled = schedule.Enabled,
        PausedReason = schedule.PausedReason,
        Next = schedule.Enabled ? [.. schedule.Times.AllAfter(now).Take(NextTimes)] : [],
        LastRun = schedule is { RunId: { } id, RunState: { } state } ? new ScheduleRun(id, state, schedule.RunSlot) : null,
        CreatedAt = schedule.CreatedAt,
        ChangedAt = schedule.ChangedAt,
    };
}

/// <summary>The newest run of a schedule.</summary>
internal sealed record ScheduleRun(Guid Id, string State, DateTimeOffset? Slot);
