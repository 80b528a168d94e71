using System.Text.Json;
using Skipper.Gateway.Workflows.Expressions;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Gateway.Workflows;

/// <summary>Errors of steps, told again by what contains them.</summary>
internal static class StepErrors
{
    /// <summary>An error that no other attempt can mend, as the JSON of the wire contract.</summary>
    public static string Json(ErrorCode code, string text, object? details = null) => JsonSerializer.Serialize(
        ErrorReply.From(new MeshException(code, text)
        {
            Retryable = false,
            Details = details is null ? null : JsonSerializer.SerializeToElement(details),
        }),
        MessageJson.Options);

    /// <summary>
    /// Whether an expression failed by what it met, be it a text of a worker that is not valid Unicode: that must fail its step, not
    /// stop the planning of the run for ever.
    /// </summary>
    public static bool IsOfExpression(Exception exception) =>
        exception is ExpressionException or JsonException or InvalidOperationException;

    /// <summary>The code of a step's error, and its text with the step's name.</summary>
    public static (ErrorCode Code, string Text) Explain(string step, string? error)
    {
        var value = error is null ? Values.Null : Values.Read(error);
        if (value.ValueKind is not JsonValueKind.Object)
        {
            return (ErrorCode.Internal, $"Step '{step}' failed.");
        }

        return (ErrorCodes.FromWire(Text(value, "code")), $"Step '{step}' failed: {Text(value, "error") ?? "no reason given"}");
    }

    private static string? Text(JsonElement value, string name) =>
        value.TryGetProperty(name, out var text) && text.ValueKind is JsonValueKind.String ? text.GetString() : null;
}
