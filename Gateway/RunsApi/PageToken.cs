using System.Buffers.Text;

namespace Skipper.Gateway.RunsApi;

/// <summary>Where a page ended. Opaque to clients, so that it may change.</summary>
internal static class PageToken
{
    public static string Of(Guid last) => Base64Url.EncodeToString(last.ToByteArray(bigEndian: true));

    /// <exception cref="BadHttpRequestException">Not a token that this API gave.</exception>
    public static Guid Parse(string token)
    {
        Span<byte> bytes = stackalloc byte[16];
        return token.Length <= 24 && Base64Url.IsValid(token, out var length) && length == bytes.Length
            && Base64Url.TryDecodeFromChars(token, bytes, out _)
            ? new Guid(bytes, bigEndian: true)
            : throw new BadHttpRequestException($"page_token must be a next_page_token of an earlier answer, was '{token}'.");
    }
}
