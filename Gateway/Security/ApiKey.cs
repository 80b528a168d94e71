namespace Skipper.Gateway.Security;

/// <summary>A key as it is stored: without its secret.</summary>
internal sealed record ApiKey
{
    /// <summary>The part of the key that is no secret.</summary>
    public required string Id { get; init; }

    /// <summary>Whose it is; written into the audit log.</summary>
    public required string Name { get; init; }

    /// <summary><c>read</c>, <c>run</c> or <c>admin</c>.</summary>
    public required string Scope { get; init; }

    /// <summary>SHA-256 of the secret.</summary>
    public required byte[] Digest { get; init; }

    /// <summary>Requests per minute; absent = as configured, 0 = any.</summary>
    public int? RequestsPerMinute { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>It is good before this time; absent = until it is revoked.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>When it was used last, to the minute.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }
}
