using System.Text.Json;

namespace Skipper.Gateway.Workflows.Text;

/// <summary>A value of a definition and where it stands. Lines and columns count from 1.</summary>
internal abstract record SourceNode(int Line, int Column);

/// <summary>Text, a number, true, false or null.</summary>
internal sealed record SourceScalar(JsonElement Value, int Line, int Column) : SourceNode(Line, Column);

/// <summary>A list.</summary>
internal sealed record SourceList(IReadOnlyList<SourceNode> Items, int Line, int Column) : SourceNode(Line, Column);

/// <summary>A mapping; its members keep their order.</summary>
internal sealed record SourceMap(IReadOnlyList<SourceMember> Members, int Line, int Column) : SourceNode(Line, Column);

/// <summary>A member of a mapping; the position is that of its name.</summary>
internal sealed record SourceMember(string Name, SourceNode Value, int Line, int Column);

/// <summary>Something wrong in a definition.</summary>
internal sealed record DefinitionError(int Line, int Column, string Message);

/// <summary>Ends the reading of a text that has no tree.</summary>
internal sealed class SourceException(int line, int column, string message) : Exception(message)
{
    public DefinitionError Error { get; } = new(line, column, message);
}
