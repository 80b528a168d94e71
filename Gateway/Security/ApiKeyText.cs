using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Skipper.Gateway.Security;

/// <summary>
/// A key as its owner has it: <c>skipper_ID_SECRET</c>. The id finds it, the secret is 256 random bits, of which only the SHA-256 digest is
/// stored: what is random needs no slow hash.
/// </summary>
internal sealed partial record ApiKeyText(string Id, string Secret)
{
    private const int IdBytes = 6;
    private const int SecretBytes = 32;

    public static ApiKeyText Create() => new(
        Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes)),
        Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes)));

    /// <summary>Null where it is not of this form.</summary>
    public static ApiKeyText? Parse(string text) =>
        Form().Match(text) is { Success: true } match ? new ApiKeyText(match.Groups["id"].Value, match.Groups["secret"].Value) : null;

    public byte[] Digest() => SHA256.HashData(Encoding.ASCII.GetBytes(Secret));

    /// <summary>For its owner, once; never for a log.</summary>
    public string Reveal() => $"skipper_{Id}_{Secret}";

    public override string ToString() => $"skipper_{Id}_...";

    [GeneratedRegex(@"\Askipper_(?<id>[0-9a-f]{12})_(?<secret>[A-Za-z0-9_-]{43})\z")]
    private static partial Regex Form();
}
