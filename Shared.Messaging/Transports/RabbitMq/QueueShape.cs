namespace Skipper.Shared.Messaging.Transports.RabbitMq;

/// <summary>How a queue is declared. Never exclusive, never auto-delete: those are the broker's for replies.</summary>
/// <param name="IsDurable">Whether it survives a broker restart.</param>
/// <param name="Type">Value of <c>x-queue-type</c>; null = none is sent, which leaves it to the broker.</param>
internal sealed record QueueShape(bool IsDurable, string? Type)
{
    /// <summary>Arguments make the argument-less declaration of skipper-lib fail with 406, so there are none unless asked for.</summary>
    public Dictionary<string, object?>? Arguments => Type is null ? null : new() { ["x-queue-type"] = Type };

    public override string ToString() => $"{(IsDurable ? "durable" : "transient")}{(Type is null ? "" : $" {Type}")}";
}
