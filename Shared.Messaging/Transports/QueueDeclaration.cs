namespace Skipper.Shared.Messaging.Transports;

/// <summary>A queue and its shape.</summary>
/// <param name="Name">Queue name.</param>
/// <param name="Durable">Whether queue and messages survive a broker restart; skipper-lib's task queues do not.</param>
public sealed record QueueDeclaration(string Name, bool Durable = false);
