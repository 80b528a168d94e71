using System.Text.Json.Nodes;

namespace Skipper.Services.Data.Streams;

/// <summary>One record on its way through the steps.</summary>
internal sealed class StreamRecord(long position, JsonObject value)
{
    /// <summary>Its place in the source, from 1.</summary>
    public long Position => position;

    /// <summary>What the steps so far have made of it.</summary>
    public JsonObject Value { get; set; } = value;

    /// <summary>Whether a condition left it out.</summary>
    public bool IsLeftOut { get; private set; }

    /// <summary>Which step could not transform it, and why; null while all goes well.</summary>
    public (string Step, string Reason)? Failure { get; private set; }

    /// <summary>Whether the next step has anything to do with it.</summary>
    public bool IsAlive => Failure is null && !IsLeftOut;

    /// <summary>Tells the source that what became of the record is durable; null where it need not know.</summary>
    public Func<ValueTask>? Committed { get; private set; }

    /// <summary>Names the record over all deliveries; null where its position does.</summary>
    public string? MessageId { get; private set; }

    /// <summary>Says that the record is a message.</summary>
    public StreamRecord From(string? messageId, Func<ValueTask> committed)
    {
        (MessageId, Committed) = (messageId, committed);
        return this;
    }

    public void LeaveOut() => IsLeftOut = true;

    public void Fail(string step, string reason) => Failure = (step, reason);
}
