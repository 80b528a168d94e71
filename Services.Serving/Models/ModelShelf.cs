using System.Collections.Immutable;
using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Services.Serving.Models;

/// <summary>The loaded versions of one model, and the aliases that point at them.</summary>
internal sealed record ModelShelf
{
    public static readonly ModelShelf Empty = new();

    /// <summary>The version that answers requests which name none; loaded, or else it comes back when it is asked.</summary>
    public ModelVersion? Newest { get; private init; }

    /// <summary>What is loaded.</summary>
    public ImmutableDictionary<int, ServedModel> Versions { get; private init; } = ImmutableDictionary<int, ServedModel>.Empty;

    /// <summary>Where aliases point.</summary>
    public ImmutableDictionary<string, AliasPointer> Aliases { get; private init; } = ImmutableDictionary<string, AliasPointer>.Empty;

    public ServedModel? Find(ModelReference reference)
    {
        var version = reference.Alias is { } alias
            ? Aliases.GetValueOrDefault(alias)?.Version
            : reference.Version ?? Newest?.Version;
        return version is null ? null : Versions.GetValueOrDefault(version.Value);
    }

    public bool HasAlias(int version) => Aliases.Values.Any(pointer => pointer.Version == version);

    public ModelShelf With(ServedModel model, bool published, List<ServedModel> dropped)
    {
        var version = model.Manifest.Version;
        if (Versions.TryGetValue(version, out var replaced))
        {
            dropped.Add(replaced);
        }

        var isNewest = version == Newest?.Version || (published && version > (Newest?.Version ?? 0));
        return this with { Newest = isNewest ? model.Manifest : Newest, Versions = Versions.SetItem(version, model) };
    }

    public ModelShelf Pointing(AliasPointer? pointer) =>
        pointer is not null && (Aliases.GetValueOrDefault(pointer.Alias)?.Number ?? -1) < pointer.Number
            ? this with { Aliases = Aliases.SetItem(pointer.Alias, pointer) }
            : this;

    public ModelShelf WithoutAlias(string alias) => this with { Aliases = Aliases.Remove(alias) };

    public ModelShelf Without(IEnumerable<ServedModel> models, List<ServedModel> dropped)
    {
        var gone = models.ToList();
        dropped.AddRange(gone);
        return this with { Versions = Versions.RemoveRange(gone.Select(model => model.Manifest.Version)) };
    }

    /// <summary>Drops the older versions without alias that were not used for the longest time.</summary>
    public ModelShelf Within(int keptVersions, List<ServedModel> dropped) => Without(
        Versions.Values
            .Where(model => model.Manifest.Version != Newest?.Version && !HasAlias(model.Manifest.Version))
            .OrderByDescending(model => model.LastUse)
            .Skip(keptVersions),
        dropped);
}
