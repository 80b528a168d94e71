using Microsoft.Extensions.Logging;

namespace Skipper.Shared.Messaging.Transports.RabbitMq;

internal sealed partial class RabbitMqTransport
{
    [LoggerMessage(LogLevel.Warning, "Waited for RabbitMQ at {Host}:{Port}, and goes on waiting: {Reason}")]
    private partial void LogWaiting(string host, int port, string reason);

    [LoggerMessage(LogLevel.Information, "Connected to RabbitMQ at {Host}:{Port} (connection {Generation})")]
    private partial void LogConnected(string host, int port, int generation);

    [LoggerMessage(LogLevel.Warning, "Lost the connection to RabbitMQ (connection {Generation}): {Reason}")]
    private partial void LogLost(string reason, int generation);
}
