using System.Text.Json;

namespace Skipper.Shared.Declarations;

/// <summary>A value of a definition and where it stands. Lines and columns count from 1.</summary>
public abstract record SourceNode(int Line, int Column);

/// <summary>Text, a number, true, false or null.</summary>
public sealed record SourceScalar(JsonElement Value, int Line, int Column) : SourceNode(Line, Column);

/// <summary>A list.</summary>
public sealed record SourceList(IReadOnlyList<SourceNode> Items, int Line, int Column) : SourceNode(Line, Column);

/// <summary>A mapping; its members keep their order.</summary>
public sealed record SourceMap(IReadOnlyList<SourceMember> Members, int Line, int Column) : SourceNode(Line, Column);

/// <summary>A member of a mapping; the position is that of its name.</summary>
public sealed record SourceMember(string Name, SourceNode Value, int Line, int Column);

/// <summary>Something wrong in a definition.</summary>
public sealed record DefinitionError(int Line, int Column, string Message);

/// <summary>Ends the reading of a text that has no tree.</summary>
public sealed class SourceException(int line, int column, string message) : Exception(message)
{
    public DefinitionError Error { get; } = new(line, column, message);
}
