using Microsoft.Extensions.Logging;

namespace Skipper.Shared.Messaging.Payloads;

internal sealed partial class ClaimCheck
{
    [LoggerMessage(LogLevel.Warning, "Could not store a body of {Size} bytes for {What} and sent it inside the message")]
    private partial void LogNotStored(int size, string what, Exception exception);

    [LoggerMessage(LogLevel.Error, "Could not read the body {Digest} of {Size} bytes")]
    private partial void LogNotRead(string digest, int size, Exception exception);
}
