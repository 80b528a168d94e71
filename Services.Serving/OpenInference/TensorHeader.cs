using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Serving.OpenInference;

/// <summary>What a request says of an input tensor, and where its elements are.</summary>
internal sealed record TensorHeader
{
    public required string Name { get; init; }

    public required Datatype Datatype { get; init; }

    public required IReadOnlyList<int> Shape { get; init; }

    /// <summary>Number of elements.</summary>
    public required int Length { get; init; }

    /// <summary>A JSON array; empty = the elements are binary.</summary>
    public ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>How many bytes the elements have in binary form; null = they are JSON.</summary>
    public long? BinarySize { get; init; }

    public string ShapeText => $"[{string.Join(", ", Shape)}]";

    /// <summary>Says what is wrong with it, under its name.</summary>
    public MeshException Refused(string problem) => Refused(Name, problem);

    public static MeshException Refused(string name, string problem)
    {
        var shown = name.Length <= 80 ? name : $"{name[..80]}...";
        return MeshException.InvalidArgument($"Input '{shown}' {problem}{(problem.EndsWith('?') ? "" : ".")}");
    }
}
