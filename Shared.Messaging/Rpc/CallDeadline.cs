using Skipper.Shared.Messaging.Transports;

namespace Skipper.Shared.Messaging.Rpc;

/// <summary>The deadline of the message being handled, which calls made by its handler inherit.</summary>
internal static class CallDeadline
{
    /// <summary>The deadline of a message whose caller waits forever.</summary>
    public static readonly DateTimeOffset Never = DateTimeOffset.MaxValue;

    // What a message may be late by the clocks of two machines that agree as well as NTP makes them.
    private static readonly TimeSpan Skew = TimeSpan.FromMilliseconds(250);

    private static readonly AsyncLocal<DateTimeOffset?> Ambient = new();

    /// <summary>Absent = no message is being handled: whoever calls now is the first in the chain.</summary>
    public static DateTimeOffset? Current
    {
        get => Ambient.Value;
        set
        {
            // Writing costs a new execution context; most messages have nothing to pass on and nothing to clear.
            if (Ambient.Value != value)
            {
                Ambient.Value = value;
            }
        }
    }

    /// <summary>
    /// When the caller of a message stops waiting, by this machine's clock; null = never. A message from the future, or one that the
    /// broker delivered although it is long past its time by our clock, comes from a machine whose clock differs: its time counts from
    /// the receipt.
    /// </summary>
    public static DateTimeOffset? Of(Message message, DateTimeOffset receivedAt)
    {
        if (message is not { SentAt: { } sentAt, Expiration: { } timeout })
        {
            return null;
        }

        var age = receivedAt - sentAt;
        return age < TimeSpan.Zero || age - timeout > Skew ? After(receivedAt, timeout) : After(sentAt, timeout);
    }

    private static DateTimeOffset After(DateTimeOffset start, TimeSpan timeout) =>
        timeout < Never - start ? start + timeout : Never;
}
