namespace Skipper.Shared.Messaging.Contracts;

/// <summary>The wire name of a message: the <c>task_type</c> in its body and the queue it is sent to.</summary>
/// <param name="name">The value of <c>task_type</c>; written here, never derived from a type name.</param>
/// <param name="queue">The queue whose workers answer it, see <see cref="Queues"/>.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class TaskTypeAttribute(string name, string queue) : Attribute
{
    /// <summary>The value of <c>task_type</c>.</summary>
    public string Name { get; } = name;

    /// <summary>The queue whose workers answer this message.</summary>
    public string Queue { get; } = queue;

    /// <summary>
    /// Whether asking twice is as good as asking once, so that a caller may repeat a request whose fate it does not know. Default: no.
    /// </summary>
    public bool Idempotent { get; init; }
}
