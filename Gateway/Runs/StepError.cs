using System.Text.Json;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Gateway.Runs;

/// <summary>An error of a step: the JSON of the wire contract, and whether another attempt may help.</summary>
internal sealed record StepError(string Json, bool Retryable)
{
    public static StepError Of(ErrorCode code, string message, bool retryable) =>
        new(JsonSerializer.Serialize(new { error = message, code = code.ToWire(), retryable }), retryable);

    /// <summary>Reads an error reply; a reply that only has an <c>error</c> text comes from skipper-lib and is final.</summary>
    public static StepError Parse(ReadOnlyMemory<byte> body)
    {
        var text = StoredText.Clean(body.Span);
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind is JsonValueKind.Object
                ? new StepError(text, IsRetryable(document.RootElement))
                : Of(ErrorCode.Internal, text, false);
        }
        catch (JsonException)
        {
            return Of(ErrorCode.Internal, text, false);
        }
    }

    private static bool IsRetryable(JsonElement error) =>
        error.TryGetProperty("retryable", out var retryable)
            ? retryable.ValueKind is JsonValueKind.True
            : error.TryGetProperty("code", out var code) && code.ValueKind is JsonValueKind.String
                && ErrorCodes.FromWire(code.GetString()).IsRetryable();
}
