using System.Text.Json;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Gateway.Runs;

/// <summary>An error of a step: the JSON of the wire contract, and whether another attempt may help.</summary>
internal sealed record StepError(string Json, bool Retryable)
{
    public static StepError Of(ErrorCode code, string message, bool retryable) =>
        Of(new MeshException(code, message) { Retryable = retryable });

    /// <summary>An error reply, kept as the worker said it where that is JSON.</summary>
    public static StepError Of(MeshException error, ReadOnlyMemory<byte> reply)
    {
        var text = StoredText.Clean(reply.Span);
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind is JsonValueKind.Object
                ? new StepError(text, error.Retryable)
                : Of(error);
        }
        catch (JsonException)
        {
            return Of(error);
        }
    }

    private static StepError Of(MeshException error) =>
        new(JsonSerializer.Serialize(ErrorReply.From(error), MessageJson.Options), error.Retryable);
}
