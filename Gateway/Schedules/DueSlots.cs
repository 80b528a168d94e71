using Skipper.Gateway.Jobs;

namespace Skipper.Gateway.Schedules;

/// <summary>Which times of a schedule are to be started now.</summary>
internal static class DueSlots
{
    /// <summary>How many missed times <see cref="MisfirePolicy.RunAll"/> makes up for.</summary>
    public const int MostMissed = 100;

    /// <summary>A time that is no older than this is late, but not missed.</summary>
    private static readonly TimeSpan Lateness = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The times in (<paramref name="after"/>, <paramref name="upTo"/>] that are to be started, oldest first: all that are late at
    /// most, and of the missed ones those that the misfire policy wants.
    /// </summary>
    public static IReadOnlyList<DateTimeOffset> Of(
        Cron cron, string misfire, DateTimeOffset after, DateTimeOffset upTo, DateTimeOffset now)
    {
        var slots = new List<DateTimeOffset>();
        var missed = 0;
        for (var slot = cron.AtOrBefore(upTo); slot > after; slot = cron.AtOrBefore(slot.Value.AddTicks(-1)))
        {
            if (slot < now - Lateness && !Wanted(misfire, slots.Count, missed++))
            {
                break;
            }

            slots.Add(slot.Value);
        }

        slots.Reverse();
        return slots;
    }

    private static bool Wanted(string misfire, int newer, int missed) => misfire switch
    {
        MisfirePolicy.RunAll => missed < MostMissed,
        MisfirePolicy.RunOnce => newer == 0,
        _ => false,
    };
}
