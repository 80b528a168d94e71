using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Skipper.Shared.Storage.Artifacts;

/// <summary>The name of an artifact: 64 lower case hex digits of the sha256 of its bytes.</summary>
internal static partial class Digest
{
    public const int BufferSize = 128 * 1024;

    public static bool IsValid(string digest) => Pattern().IsMatch(digest);

    /// <summary>Copies to the end and returns the digest of what was copied.</summary>
    public static async Task<string> CopyAsync(Stream source, Stream target, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BufferSize];
        int read;
        while ((read = await source.ReadAsync(buffer, cancellationToken)) > 0)
        {
            hash.AppendData(buffer, 0, read);
            await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public static FileNotFoundException Missing(string digest, string store) => new(
        IsValid(digest)
            ? $"There is no artifact {digest} in {store}."
            : $"An artifact is named by 64 lower case hex digits, was '{digest}'.");

    [GeneratedRegex("^[0-9a-f]{64}\\z")]
    private static partial Regex Pattern();
}
