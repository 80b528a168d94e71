using Skipper.Services.Data.Drift;
using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Services.Data.Quality.Checks;

/// <summary>What a drift check compares, and how.</summary>
internal sealed record DriftCheck
{
    /// <summary>Which columns; null = all but times, which move on by themselves.</summary>
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>One of <see cref="DriftMethods"/>; null = the one that suits.</summary>
    public string? Method { get; init; }

    public required DriftRules Rules { get; init; }

    /// <summary>The dataset of the reference; null = the one that is checked.</summary>
    public string? Dataset { get; init; }

    /// <summary>Its version, by number; null with <see cref="Tag"/> null = the newest.</summary>
    public int? Version { get; init; }

    /// <summary>Its version, by tag.</summary>
    public string? Tag { get; init; }

    /// <summary>The version to compare with, for a check of <paramref name="dataset"/>.</summary>
    public DatasetName Reference(string dataset) => new() { Name = Dataset ?? dataset, Version = Version, Tag = Tag };

    /// <summary>Whether there may be no reference yet: nothing was published before.</summary>
    public bool MayBeFirst => (Dataset, Version, Tag) is (null, null, null);
}
