using Skipper.Gateway.Runs;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Gateway.Security;

/// <summary>A key that is to be made.</summary>
internal sealed record KeyRequest
{
    private const int LongestName = 100;

    public string? Name { get; init; }

    public string? Scope { get; init; }

    public int? RequestsPerMinute { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    /// <exception cref="MeshException">Says what is wrong.</exception>
    public NewApiKey Check(DateTimeOffset now)
    {
        if (string.IsNullOrWhiteSpace(Name) || Name.Length > LongestName)
        {
            throw MeshException.InvalidArgument($"name must have 1 to {LongestName} characters and say whose key it is.");
        }

        if (RequestsPerMinute is < 0 or > 10_000_000)
        {
            throw MeshException.InvalidArgument($"requests_per_minute must be between 0 (any) and 10000000, was {RequestsPerMinute}.");
        }

        return ExpiresAt <= now
            ? throw MeshException.InvalidArgument($"expires_at must be in the future, was {ExpiresAt:O}.")
            : new NewApiKey(StoredText.Clean(Name), Scopes.Parse(Scope), RequestsPerMinute, ExpiresAt);
    }
}

/// <summary>How a key is replaced.</summary>
internal sealed record RotateRequest
{
    private const double LongestOverlap = 30 * 24 * 3600;

    /// <summary>How long the old key stays good. Seconds; default: 3600.</summary>
    public double? OverlapSeconds { get; init; }

    /// <summary>When the new key ends; absent = not by itself.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <exception cref="MeshException">Out of range.</exception>
    public TimeSpan Overlap() => (OverlapSeconds ?? 3600) is >= 0 and <= LongestOverlap and var seconds
        ? TimeSpan.FromSeconds(seconds)
        : throw MeshException.InvalidArgument($"overlap_seconds must be between 0 and {LongestOverlap:F0}, was {OverlapSeconds}.");
}
