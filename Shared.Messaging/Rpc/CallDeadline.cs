namespace Skipper.Shared.Messaging.Rpc;

/// <summary>The deadline of the message being handled, which calls made by its handler inherit.</summary>
internal static class CallDeadline
{
    private static readonly AsyncLocal<DateTimeOffset?> Ambient = new();

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
}
