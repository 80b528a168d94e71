namespace Skipper.Shared.Messaging.Transports;

/// <summary>What a queue looks like from outside.</summary>
/// <param name="Consumers">How many consume it.</param>
/// <param name="Waiting">How many messages nobody has taken yet.</param>
public readonly record struct QueueState(int Consumers, int Waiting);
