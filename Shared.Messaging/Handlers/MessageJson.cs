using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Shared.Messaging.Handlers;

/// <summary>How messages are written as JSON: snake_case, absent instead of null, unknown members ignored.</summary>
public static class MessageJson
{
    /// <summary>The one set of options for contracts, on the wire and over HTTP.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    /// <summary>Reads a contract, for a handler that takes <see cref="RawJson"/> and leaves the large part of it alone.</summary>
    /// <exception cref="MeshException"><see cref="ErrorCode.InvalidArgument"/>: names the member that does not fit, and why.</exception>
    public static T Read<T>(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(utf8, Options) ?? throw new JsonException("it is null");
        }
        catch (JsonException exception)
        {
            throw MeshException.InvalidArgument(
                $"{Member(exception.Path)} does not fit the contract {typeof(T).Name}: {Reason(exception.Message)}");
        }
    }

    /// <summary><c>$.data.rows</c> as a user would say it.</summary>
    private static string Member(string? path) => path is null or "$" ? "The message" : path.TrimStart('$', '.');

    /// <summary>The serializer's words without the position, and without advice to the author of the contract.</summary>
    private static string Reason(string message) => message
        .Split(" Path:")[0]
        .Split(" Consider")[0]
        .Replace("doesn't allow setting null values", "must not be null", StringComparison.Ordinal);

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
