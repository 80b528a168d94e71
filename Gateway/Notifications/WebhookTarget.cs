namespace Skipper.Gateway.Notifications;

/// <summary>Where a webhook goes, and the name of the secret that signs it, never the secret.</summary>
internal sealed record WebhookTarget(string Url, string? SecretName)
{
    private const int LongestUrl = 2048;

    /// <summary>For the log: the rest of an address may be as good as a password.</summary>
    public string Host => Uri.TryCreate(Url, UriKind.Absolute, out var url) ? url.Host : "?";

    /// <summary>What is wrong with an address; null where nothing is.</summary>
    public static string? Problem(string url) => url.Length > LongestUrl
        ? $"must have at most {LongestUrl} characters, has {url.Length}"
        : !Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https")
            ? $"must be an absolute http or https address, was '{url}'"
            : uri.UserInfo.Length > 0
                ? "must have no user name and password; sign with a secret instead"
                : null;
}
