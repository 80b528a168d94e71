namespace Skipper.Gateway.Workflows;

/// <summary>A version of a workflow as it is stored; never changes.</summary>
internal sealed record WorkflowVersion
{
    public required string Name { get; init; }

    /// <summary>From 1.</summary>
    public required int Version { get; init; }

    public required WorkflowDefinition Definition { get; init; }

    /// <summary>The canonical form of <see cref="Definition"/>.</summary>
    public required string Json { get; init; }

    /// <summary>As it was sent: YAML or JSON.</summary>
    public required string Source { get; init; }

    /// <summary>Lower case hex sha256 of <see cref="Json"/>.</summary>
    public required string Digest { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A version without its content, for lists.</summary>
internal sealed record WorkflowSummary(string Name, int Version, string Digest, DateTimeOffset CreatedAt)
{
    // For Dapper, which reads properties.
    private WorkflowSummary()
        : this("", 0, "", default)
    {
    }
}
