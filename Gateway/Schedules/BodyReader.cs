using System.Text.Json;
using Skipper.Gateway.Tasks;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Gateway.Schedules;

/// <summary>Reads bodies of requests, and says what is wrong with their members.</summary>
internal static class BodyReader
{
    public static async Task<T> ReadAsync<T>(HttpRequest request, CancellationToken cancellationToken)
        where T : class => Read<T>(await RequestBody.ReadAsync(request, cancellationToken));

    /// <summary>As if every member were absent, where there is no body.</summary>
    public static async Task<T> ReadOptionalAsync<T>(HttpRequest request, CancellationToken cancellationToken)
        where T : class, new()
    {
        var body = await RequestBody.ReadAsync(request, cancellationToken);
        return body.IsEmpty ? new T() : Read<T>(body);
    }

    public static string Text(string name, string? value) => string.IsNullOrWhiteSpace(value)
        ? throw MeshException.InvalidArgument($"{name} is missing.")
        : value;

    public static string OneOf(string name, string[] known, string? value, string fallback) =>
        value is null ? fallback
        : known.Contains(value, StringComparer.Ordinal) ? value
        : throw MeshException.InvalidArgument($"{name} must be one of {string.Join(", ", known)}, was '{value}'.");

    /// <summary>The text of a JSON object; null where it is absent.</summary>
    public static string? Object(string name, JsonElement? value) => value switch
    {
        null or { ValueKind: JsonValueKind.Null } => null,
        { ValueKind: JsonValueKind.Object } found => found.GetRawText(),
        { } other => throw MeshException.InvalidArgument($"{name} must be a JSON object, was {other.GetRawText()}."),
    };

    private static T Read<T>(ReadOnlyMemory<byte> body)
        where T : class => JsonSerializer.Deserialize<T>(body.Span, MessageJson.Options)
            ?? throw MeshException.InvalidArgument("Expected a JSON object, found null.");
}
