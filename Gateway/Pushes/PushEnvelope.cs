using System.Text.Json;

namespace Skipper.Gateway.Pushes;

/// <summary>A Pub/Sub push: who sent it, under which id, and what with it.</summary>
/// <param name="Subscription">Ids are unique within it; empty where it was not said.</param>
/// <param name="MessageId">The same for every delivery of the message.</param>
/// <param name="Data">The payload; empty where there are only attributes.</param>
/// <param name="Attributes">Texts by name.</param>
internal sealed record PushEnvelope(
    string Subscription, string MessageId, byte[] Data, IReadOnlyDictionary<string, string> Attributes)
{
    private const int LongestName = 1024;

    /// <summary>Whether JSON may be a push at all: an object with the one member that every push has.</summary>
    public static bool IsPush(JsonElement body) => body.ValueKind is JsonValueKind.Object && body.TryGetProperty("message"u8, out _);

    /// <summary>Reads <c>{"message":{"data","attributes","messageId"},"subscription"}</c>, also with names in snake_case.</summary>
    /// <exception cref="FormatException">Malformed; says where.</exception>
    public static PushEnvelope Read(JsonElement body)
    {
        if (!IsPush(body))
        {
            throw new FormatException("message is missing");
        }

        var message = body.GetProperty("message"u8);
        if (message.ValueKind is not JsonValueKind.Object)
        {
            throw new FormatException("message must be an object");
        }

        var id = Text(message, "messageId") ?? Text(message, "message_id")
            ?? throw new FormatException("message.messageId is missing");
        var data = Data64(message);
        var attributes = AttributesOf(message);
        return data.Length > 0 || attributes.Count > 0
            ? new PushEnvelope(Text(body, "subscription") ?? "", id, data, attributes)
            : throw new FormatException("message has neither data nor attributes");
    }

    private static string? Text(JsonElement parent, string name)
    {
        if (!parent.TryGetProperty(name, out var value) || value.ValueKind is JsonValueKind.Null)
        {
            return null;
        }

        return value.ValueKind is JsonValueKind.String && value.GetString() is { Length: > 0 and <= LongestName } text && !text.Contains('\0')
            ? text
            : throw new FormatException($"{name} must be a text of 1 to {LongestName} characters without U+0000");
    }

    private static byte[] Data64(JsonElement message)
    {
        if (!message.TryGetProperty("data"u8, out var data) || data.ValueKind is JsonValueKind.Null)
        {
            return [];
        }

        return data.ValueKind is JsonValueKind.String && data.TryGetBytesFromBase64(out var bytes)
            ? bytes
            : throw new FormatException("message.data must be base64");
    }

    private static Dictionary<string, string> AttributesOf(JsonElement message)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!message.TryGetProperty("attributes"u8, out var members) || members.ValueKind is JsonValueKind.Null)
        {
            return attributes;
        }

        if (members.ValueKind is not JsonValueKind.Object)
        {
            throw new FormatException("message.attributes must be an object");
        }

        foreach (var member in members.EnumerateObject())
        {
            attributes[member.Name] = member.Value.ValueKind is JsonValueKind.String
                ? member.Value.GetString()!
                : throw new FormatException($"attribute {member.Name} must be a text");
        }

        return attributes;
    }
}
