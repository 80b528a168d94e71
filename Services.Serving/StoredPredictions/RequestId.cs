using System.Buffers;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Serving.StoredPredictions;

/// <summary>Names of requests: short, and of characters that stand in an address as they are.</summary>
internal static class RequestId
{
    private const int Longest = 200;
    private const string Signs = "-_.:~@+=";

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create($"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789{Signs}");

    public static bool IsOne(string text) => text.Length is >= 1 and <= Longest && !text.AsSpan().ContainsAnyExcept(Allowed);

    /// <exception cref="MeshException">It is none.</exception>
    public static string Require(string text) => IsOne(text)
        ? text
        : throw MeshException.InvalidArgument(
            $"request_id must be 1 to {Longest} ASCII letters, digits and {Signs}, was '{(text.Length <= 80 ? text : $"{text[..80]}...")}'.");
}
