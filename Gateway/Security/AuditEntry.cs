namespace Skipper.Gateway.Security;

/// <summary>Something that somebody decided, or tried to.</summary>
internal sealed record AuditEntry
{
    /// <summary>In the order in which they were written.</summary>
    public long Seq { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Name of the key; <c>anonymous</c> where none was needed or none was good.</summary>
    public required string Caller { get; init; }

    public required string KeyId { get; init; }

    /// <summary>Where it came from.</summary>
    public required string Address { get; init; }

    /// <summary>Method and path.</summary>
    public required string Action { get; init; }

    /// <summary>What it was answered.</summary>
    public required int Status { get; init; }
}
