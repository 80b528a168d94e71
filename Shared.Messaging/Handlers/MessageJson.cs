using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Skipper.Shared.Messaging.Handlers;

/// <summary>How messages are written as JSON: snake_case, absent instead of null, unknown members ignored.</summary>
public static class MessageJson
{
    /// <summary>The one set of options for contracts, on the wire and over HTTP.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            PropertyNameCaseInsensitive = false,
            // Read by people and programs, never as part of a page: quotes and accents stay what they are.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            // A null where the contract wants a value is refused with its name, not found later by a handler.
            RespectNullableAnnotations = true,
        };
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
