namespace Skipper.Services.Data.Datasets;

/// <summary>Where a version comes from.</summary>
internal sealed record DatasetOrigin
{
    /// <summary>Dataset versions that it was made of.</summary>
    public IReadOnlyList<DatasetParent> Parents { get; init; } = [];

    /// <summary>Digests of files, and names of sources, that it was made of.</summary>
    public IReadOnlyList<string> Sources { get; init; } = [];

    /// <summary>What was done: <c>import</c>, or the name of a transform.</summary>
    public required string Transform { get; init; }

    /// <summary>How: the parameters of the transform as JSON; null where there are none.</summary>
    public string? Parameters { get; init; }
}

internal sealed record DatasetParent(string Name, int Version);
