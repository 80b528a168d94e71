namespace Skipper.Shared.Messaging.Transports;

/// <summary>One call, unique in the mesh.</summary>
/// <param name="ReplyTo">The queue on which its caller waits.</param>
/// <param name="CorrelationId">Which of that caller's calls.</param>
public readonly record struct CallId(string ReplyTo, string CorrelationId);
