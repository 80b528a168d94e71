using System.Text.Json;

namespace Skipper.Gateway.Backfills;

/// <summary>A backfill as the API tells it.</summary>
internal sealed record BackfillReply
{
    public Guid Id { get; init; }

    public required string Workflow { get; init; }

    public int Version { get; init; }

    public required string State { get; init; }

    public string? PausedReason { get; init; }

    public DateTimeOffset From { get; init; }

    public DateTimeOffset To { get; init; }

    public required string Every { get; init; }

    public required string TimeZone { get; init; }

    public int MaxParallel { get; init; }

    public required string OnExisting { get; init; }

    public JsonElement? Input { get; init; }

    public DateTimeOffset? NextSlot { get; init; }

    /// <summary>How far it is.</summary>
    public SlotCounts? Slots { get; init; }

    /// <summary>How many of its runs are in which state.</summary>
    public IReadOnlyDictionary<string, long>? Runs { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public static BackfillReply Of(Backfill backfill) => new()
    {
        Id = backfill.Id,
        Workflow = backfill.Workflow,
        Version = backfill.Version,
        State = backfill.State,
        PausedReason = backfill.PausedReason,
        From = backfill.SlotFrom,
        To = backfill.SlotTo,
        Every = backfill.Every,
        TimeZone = backfill.TimeZone,
        MaxParallel = backfill.MaxParallel,
        OnExisting = backfill.OnExisting,
        Input = backfill.Input is { } input ? JsonElement.Parse(input) : null,
        NextSlot = backfill.NextSlot,
        CreatedAt = backfill.CreatedAt,
        FinishedAt = backfill.FinishedAt,
    };

    public static BackfillReply Of(Backfill backfill, IReadOnlyDictionary<string, long> runs)
    {
        var slots = BackfillSlots.Of(backfill.Every, backfill.TimeZone, backfill.SlotFrom, backfill.SlotTo);
        var decided = backfill.NextSlot is { } next ? slots.Count(slot => slot < next) : slots.Count;
        return Of(backfill) with
        {
            Slots = new SlotCounts(slots.Count, decided - backfill.Unfinished, decided - runs.Values.Sum()),
            Runs = runs,
        };
    }
}

/// <summary>How far a backfill is.</summary>
/// <param name="Total">All its slots.</param>
/// <param name="Done">Those whose run has ended, or that were skipped.</param>
/// <param name="Skipped">Those that had a run already.</param>
internal sealed record SlotCounts(int Total, int Done, long Skipped);
