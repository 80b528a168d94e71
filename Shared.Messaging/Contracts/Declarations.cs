namespace Skipper.Shared.Messaging.Contracts;

/// <summary>
/// Checks a standard or an expectation suite and keeps it as the newest version; the text of the newest version gives that one.
/// </summary>
[TaskType("put_declaration", Queues.Data, Idempotent = true)]
public sealed record PutDeclaration : IRequest<DeclarationVersion>
{
    /// <summary>What to keep.</summary>
    public required DeclarationText Data { get; init; }
}

/// <summary>Asks for one version of a standard or suite, the newest unless a version is named.</summary>
[TaskType("find_declaration", Queues.Data, Idempotent = true)]
public sealed record FindDeclaration : IRequest<DeclarationVersion>
{
    /// <summary>Which one.</summary>
    public required DeclarationName Data { get; init; }
}

/// <summary>Asks for the newest version of every standard, or of every suite.</summary>
[TaskType("list_declarations", Queues.Data, Idempotent = true)]
public sealed record ListDeclarations : IRequest<DeclarationList>
{
    /// <summary>Of which kind; the name is not looked at.</summary>
    public required DeclarationName Data { get; init; }
}

/// <summary>A declaration as somebody wrote it.</summary>
public sealed record DeclarationText
{
    /// <summary><c>standard</c> or <c>suite</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The name that the text must have; a dataset is checked by what is named as it is.</summary>
    public required string Name { get; init; }

    /// <summary>YAML.</summary>
    public required string Source { get; init; }

    /// <summary>Only says whether it is good; version 0 is answered then.</summary>
    public bool ValidateOnly { get; init; }
}

/// <summary>A declaration and, optionally, which version of it.</summary>
public sealed record DeclarationName
{
    /// <summary><c>standard</c> or <c>suite</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Its name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Version number, from 1; absent = the newest.</summary>
    public int? Version { get; init; }
}

/// <summary>Declarations, by name.</summary>
public sealed record DeclarationList
{
    /// <summary>Without their texts.</summary>
    public required IReadOnlyList<DeclarationVersion> Declarations { get; init; }
}

/// <summary>An immutable version of a standard or suite.</summary>
public sealed record DeclarationVersion
{
    /// <summary><c>standard</c> or <c>suite</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Version number, from 1, without gaps.</summary>
    public required int Version { get; init; }

    /// <summary>Lower case hex sha256 of the text.</summary>
    public required string Digest { get; init; }

    /// <summary>YAML; absent in lists.</summary>
    public string? Source { get; init; }

    /// <summary>When this version was made, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}
