using System.Text.Json;
using Skipper.Gateway.Jobs;
using Skipper.Gateway.Schedules;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Gateway.Backfills;

/// <summary>The body that starts a backfill.</summary>
internal sealed record BackfillRequest
{
    private const int MostParallel = 1000;

    public int? Version { get; init; }

    public string? From { get; init; }

    public string? To { get; init; }

    public string? Every { get; init; }

    public string? TimeZone { get; init; }

    public int MaxParallel { get; init; } = 1;

    public string? OnExisting { get; init; }

    public JsonElement? Input { get; init; }

    public bool DryRun { get; init; }

    /// <exception cref="MeshException">A member is wrong (<c>invalid_argument</c>).</exception>
    public Backfill Check(string workflow, DateTimeOffset now)
    {
        if (MaxParallel is < 1 or > MostParallel)
        {
            throw MeshException.InvalidArgument($"max_parallel must be between 1 and {MostParallel}, was {MaxParallel}.");
        }

        var timeZone = TimeZone ?? TimeZones.Utc;
        return new Backfill
        {
            Id = Guid.CreateVersion7(now),
            Workflow = workflow,
            SlotFrom = BackfillSlots.Time("from", From, timeZone),
            SlotTo = BackfillSlots.Time("to", To, timeZone),
            Every = BodyReader.Text("every", Every),
            TimeZone = timeZone,
            MaxParallel = MaxParallel,
            OnExisting = BodyReader.OneOf("on_existing", ExistingPolicy.All, OnExisting, ExistingPolicy.Skip),
            State = BackfillState.Running,
            Input = BodyReader.Object("input", Input),
            CreatedAt = now,
        };
    }
}
