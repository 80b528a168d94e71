using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Skipper.Gateway.Notifications;

/// <summary>Signs webhooks as Standard Webhooks says.</summary>
internal static class WebhookSignature
{
    private const string Base64Prefix = "whsec_";

    /// <summary>The value of <c>webhook-signature</c>.</summary>
    /// <param name="secret">As it is configured.</param>
    /// <param name="id">The value of <c>webhook-id</c>.</param>
    /// <param name="timestamp">The value of <c>webhook-timestamp</c>: seconds since 1970.</param>
    /// <param name="body">The body as it is sent.</param>
    public static string Of(string secret, string id, long timestamp, string body)
    {
        var signed = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}.{body}"));
        return $"v1,{Convert.ToBase64String(HMACSHA256.HashData(Key(secret)!, signed))}";
    }

    /// <summary>Null where it says that it is base64, and is not.</summary>
    public static byte[]? Key(string secret)
    {
        if (!secret.StartsWith(Base64Prefix, StringComparison.Ordinal))
        {
            return Encoding.UTF8.GetBytes(secret);
        }

        var key = new byte[secret.Length];
        return Convert.TryFromBase64String(secret[Base64Prefix.Length..], key, out var length) ? key[..length] : null;
    }
}
