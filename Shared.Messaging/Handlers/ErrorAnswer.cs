using System.Text.Json;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Transports;

namespace Skipper.Shared.Messaging.Handlers;

/// <summary>The reply that says what went wrong.</summary>
internal static class ErrorAnswer
{
    private static readonly IReadOnlyDictionary<string, string> Headers = new Dictionary<string, string>
    {
        [MessageHeaders.Status] = "error",
        [MessageHeaders.Version] = WireVersion.Current,
    };

    public static Message To(Message request, MeshException error) => new()
    {
        Body = JsonSerializer.SerializeToUtf8Bytes(ErrorReply.From(error), MessageJson.Options),
        CorrelationId = request.CorrelationId,
        Headers = Headers,
    };
}
