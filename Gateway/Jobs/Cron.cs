using Quartz;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Gateway.Jobs;

/// <summary>
/// A cron expression in a time zone: five fields as in crontab, or six or seven as in Quartz, which begin with seconds.
/// A time that the clocks jump over is at the end of the jump; a time that comes twice counts once, when it first comes.
/// </summary>
internal sealed class Cron
{
    private Cron(string text, CronExpression expression)
    {
        Text = text;
        Expression = expression;
    }

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <summary>Read, with its time zone.</summary>
    public CronExpression Expression { get; }

    /// <exception cref="MeshException">The expression or the time zone is wrong (<c>invalid_argument</c>).</exception>
    public static Cron Parse(string text, string timeZone)
    {
        var zone = TimeZones.Find(timeZone);
        var fields = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var format = fields switch
        {
            [['@', ..]] => CronFormat.Quartz,
            { Length: 5 } => CronFormat.Unix,
            { Length: 6 or 7 } => CronFormat.Quartz,
            _ => throw Wrong(text, $"found {fields.Length} fields"),
        };
        try
        {
            return new Cron(text, CronExpression.Parse(text, format).WithTimeZone(zone));
        }
        catch (FormatException exception)
        {
            throw Wrong(text, exception.Message.TrimEnd('.'));
        }
    }

    /// <summary>The first time after another; null where there is none.</summary>
    public DateTimeOffset? After(DateTimeOffset time) => Expression.GetNextValidTimeAfter(time)?.ToUniversalTime();

    /// <summary>The newest time not after another; null where there is none.</summary>
    public DateTimeOffset? AtOrBefore(DateTimeOffset time)
    {
        // Cron times are whole seconds, so the one that is not after this second is before the next.
        var second = time.ToUniversalTime();
        second = second.AddTicks(TimeSpan.TicksPerSecond - (second.Ticks % TimeSpan.TicksPerSecond));
        return Expression.GetPreviousValidTimeBefore(second)?.ToUniversalTime();
    }

    /// <summary>The times after another, earliest first.</summary>
    public IEnumerable<DateTimeOffset> AllAfter(DateTimeOffset time)
    {
        for (var next = After(time); next is { } found; next = After(found))
        {
            yield return found;
        }
    }

    private static MeshException Wrong(string text, string reason) => MeshException.InvalidArgument(
        $"cron '{text}' is not understood: {reason}. Expected five fields (minute hour day month weekday), "
        + "such as '30 2 * * 1-5', or six or seven that begin with seconds, such as '*/10 * * * * ?'.");
}
