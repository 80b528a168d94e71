namespace Skipper.Shared.Messaging.Transports;

/// <summary>The words of the header <c>x-skipper-accept</c>: what its sender understands, separated by commas.</summary>
internal static class Accepted
{
    /// <summary>References instead of large bodies.</summary>
    public const string ClaimCheck = "claim-check";

    /// <summary>Replies with status <c>progress</c> before the final one.</summary>
    public const string Progress = "progress";

    /// <summary>Replies with status <c>part</c> before the final one, and tells how many of them it has taken.</summary>
    public const string Parts = "parts";

    public static bool Accepts(this Message message, string word)
    {
        if (message.Header(MessageHeaders.Accept) is not { } header)
        {
            return false;
        }

        foreach (var range in header.AsSpan().Split(','))
        {
            if (header.AsSpan(range).Trim().SequenceEqual(word))
            {
                return true;
            }
        }

        return false;
    }
}
