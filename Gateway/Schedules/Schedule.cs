using Skipper.Gateway.Jobs;
using Skipper.Gateway.Runs;

namespace Skipper.Gateway.Schedules;

/// <summary>Starts runs of a workflow by cron.</summary>
internal sealed record Schedule
{
    /// <summary>The key of <see cref="ScheduleHandler"/>.</summary>
    public const string Handler = "schedule";

    public required string Name { get; init; }

    public required string Workflow { get; init; }

    /// <summary>Absent = the newest.</summary>
    public int? Version { get; init; }

    public required string Cron { get; init; }

    public required string TimeZone { get; init; }

    /// <summary>One of <see cref="MisfirePolicy"/>.</summary>
    public required string Misfire { get; init; }

    /// <summary>One of <see cref="OverlapPolicy"/>.</summary>
    public required string Overlap { get; init; }

    /// <summary>A JSON object; absent = no inputs.</summary>
    public string? Input { get; init; }

    public bool Enabled { get; init; }

    public string? PausedReason { get; init; }

    /// <summary>Everything up to here is decided: started, or left out.</summary>
    public DateTimeOffset? LastSlot { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset ChangedAt { get; init; }

    /// <summary>Its newest run; absent = there is none.</summary>
    public Guid? RunId { get; init; }

    /// <summary>The state of its newest run.</summary>
    public string? RunState { get; init; }

    /// <summary>The slot of its newest run.</summary>
    public DateTimeOffset? RunSlot { get; init; }

    public JobTicket Ticket => new(Handler, Name);

    /// <exception cref="Skipper.Shared.Messaging.Errors.MeshException">
    /// The cron expression or the time zone is not understood, any longer.
    /// </exception>
    public Cron Times => Jobs.Cron.Parse(Cron, TimeZone);

    /// <summary>Its run for a slot. That two never overlap is held by the deduplication key, so by the database.</summary>
    public RunLaunch Launch(DateTimeOffset slot) => new()
    {
        Workflow = Workflow,
        Version = Version,
        Input = Input,
        Schedule = Name,
        Slot = slot,
        DedupKey = Overlap == OverlapPolicy.Skip ? $"schedule:{Name}" : null,
    };
}
