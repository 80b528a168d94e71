using System.Text;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Gateway.Idempotency;

/// <summary>A request that may come again, and must not be done again.</summary>
/// <param name="Scope">Where the key counts: the path.</param>
/// <param name="Key">What the client sent.</param>
/// <param name="Fingerprint">Of the payload: the same key with another one is a mistake of the client.</param>
internal sealed record IdempotencyKey(string Scope, string Key, string Fingerprint)
{
    private const int LongestKey = 255;
    private const string Header = "Idempotency-Key";

    /// <summary>Null where the client sent none.</summary>
    /// <param name="request">Has the header and the path.</param>
    /// <param name="body">What was sent, to the byte.</param>
    /// <exception cref="BadHttpRequestException">The header is not a key.</exception>
    public static IdempotencyKey? Of(HttpRequest request, ReadOnlyMemory<byte> body)
    {
        var values = request.Headers[Header];
        return values.Count switch
        {
            0 => null,
            1 => new IdempotencyKey($"{request.Path}".TrimEnd('/'), Parse(values[0]!), Idempotency.Fingerprint.Of(body)),
            var count => throw new BadHttpRequestException($"{Header} must be there once, was there {count} times."),
        };
    }

    /// <summary>The request came before with another payload: 422.</summary>
    public MeshException PayloadDiffers() => MeshException.InvalidArgument(
        $"The {Header} '{Key}' was used before with another payload. Take a new key for a new request.");

    /// <summary>A structured string in quotes, as RFC 8941 writes it, or the bare text that most clients send.</summary>
    internal static string Parse(string value)
    {
        var text = value.Trim();
        var key = text.StartsWith('"') ? Unquote(text) : text;
        return key switch
        {
            null => throw new BadHttpRequestException(
                $"{Header} begins with a quote, so it must be a string such as \"7c4a\", was {text}."),
            { Length: 0 or > LongestKey } => throw new BadHttpRequestException(
                $"{Header} must have 1 to {LongestKey} characters, has {key.Length}."),
            _ when key.Any(character => character is < ' ' or > '~') => throw new BadHttpRequestException(
                $"{Header} must consist of printable ASCII characters."),
            _ => key,
        };
    }

    /// <summary>Null where a quote is missing, or something other than a quote or backslash is escaped.</summary>
    private static string? Unquote(string text)
    {
        var key = new StringBuilder(text.Length);
        for (var i = 1; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '"':
                    return i == text.Length - 1 ? key.ToString() : null;
                case '\\' when i + 1 < text.Length && text[i + 1] is '"' or '\\':
                    key.Append(text[++i]);
                    break;
                case '\\':
                    return null;
                default:
                    key.Append(text[i]);
                    break;
            }
        }

        return null;
    }
}
