namespace Skipper.Shared.Messaging.Transports;

/// <summary>The state of the connection to the broker.</summary>
/// <param name="IsReady">Whether messages can be sent now.</param>
/// <param name="Generation">Counts connections: 0 before the first, then one more after each loss.</param>
/// <param name="Reason">Why it is not ready; empty when it is.</param>
public sealed record TransportState(bool IsReady, int Generation, string Reason);
