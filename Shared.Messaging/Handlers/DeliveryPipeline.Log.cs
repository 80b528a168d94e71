using Microsoft.Extensions.Logging;

namespace Skipper.Shared.Messaging.Handlers;

internal sealed partial class DeliveryPipeline
{
    [LoggerMessage(LogLevel.Error, "Failed on a message from {Queue} ({CorrelationId})")]
    private partial void LogFailed(string queue, string? correlationId, Exception exception);

    [LoggerMessage(LogLevel.Information, "Refused a message from {Queue} ({CorrelationId}) with {Code}: {Reason}")]
    private partial void LogRefused(string queue, string? correlationId, string code, string reason);
}
