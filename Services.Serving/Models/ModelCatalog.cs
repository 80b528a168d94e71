using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Services.Serving.Models;

/// <summary>
/// The loaded models. A request sees either the old or the new version, never none and never half of one; a version that
/// is dropped stays in memory until the last prediction with it has ended.
/// </summary>
internal sealed class ModelCatalog(IOptions<ServingOptions> options) : IDisposable
{
    private readonly Lock _writing = new();
    private volatile ImmutableSortedDictionary<string, Shelf> _shelves =
        ImmutableSortedDictionary.Create<string, Shelf>(StringComparer.Ordinal);

    private long _uses;

    /// <summary>Names of the models that are served, in order.</summary>
    public IReadOnlyList<string> Names =>
        [.. _shelves.Where(shelf => shelf.Value.Current is not null).Select(shelf => shelf.Key)];

    /// <summary>Every loaded version, by name and number.</summary>
    public IReadOnlyList<ServedModel> Loaded =>
        [.. _shelves.Values.SelectMany(shelf => shelf.Versions.Values.OrderBy(model => model.Manifest.Version))];

    /// <summary>Whether this very version, with this very file, is loaded.</summary>
    public bool Has(ModelVersion manifest) =>
        Find(new ModelReference(manifest.Name, manifest.Version))?.Manifest.Artifact == manifest.Artifact;

    /// <summary>The version that answers requests which name no version; null = none.</summary>
    public int? CurrentVersion(string name) => Find(new ModelReference(name, null))?.Manifest.Version;

    /// <summary>A model to predict with; null where it is not loaded.</summary>
    public ModelLease? TryLease(ModelReference reference)
    {
        // A model that is found but gone was replaced in between: look again, its successor is there.
        while (Find(reference) is { } model)
        {
            if (model.TryAcquire())
            {
                model.LastUse = Interlocked.Increment(ref _uses);
                return new ModelLease(model);
            }
        }

        return null;
    }

    /// <summary>Takes a loaded model over.</summary>
    /// <param name="model">The model.</param>
    /// <param name="published">Whether it may answer requests that name no version, if it is newer than what does so
    /// now.</param>
    /// <param name="pointer">An alias that is to point at it; null = none.</param>
    public void Add(ServedModel model, bool published, AliasPointer? pointer = null) => Change(model.Manifest.Name, (shelf, dropped) =>
    {
        model.LastUse = Interlocked.Increment(ref _uses);
        return shelf.With(model, published, dropped).Pointing(pointer);
    });

    /// <summary>Points an alias at a version that is loaded, unless a later move is known.</summary>
    public void Point(string name, AliasPointer pointer) => Change(name, (shelf, _) => shelf.Pointing(pointer));

    /// <summary>Where an alias points; null = not known.</summary>
    public AliasPointer? FindAlias(string name, string alias) =>
        _shelves.GetValueOrDefault(name)?.Aliases.GetValueOrDefault(alias);

    public void Dispose()
    {
        lock (_writing)
        {
            var all = _shelves.Values.SelectMany(shelf => shelf.Versions.Values).ToList();
            _shelves = _shelves.Clear();
            all.ForEach(model => model.Release());
        }
    }

    private void Change(string name, Func<Shelf, List<ServedModel>, Shelf> change)
    {
        List<ServedModel> dropped = [];
        lock (_writing)
        {
            var shelf = change(_shelves.GetValueOrDefault(name, Shelf.Empty), dropped).Within(options.Value.KeptVersions, dropped);
            _shelves = _shelves.SetItem(name, shelf);
        }

        dropped.ForEach(old => old.Release());
    }

    private ServedModel? Find(ModelReference reference)
    {
        if (!_shelves.TryGetValue(reference.Name, out var shelf))
        {
            return null;
        }

        var version = reference.Alias is { } alias ? shelf.Aliases.GetValueOrDefault(alias)?.Version ?? 0 : reference.Version;
        return version is null ? shelf.Current : shelf.Versions.GetValueOrDefault(version.Value);
    }

    /// <summary>The loaded versions of one model, and the aliases that point at them.</summary>
    private sealed record Shelf(
        ServedModel? Current, ImmutableDictionary<int, ServedModel> Versions, ImmutableDictionary<string, AliasPointer> Aliases)
    {
        public static readonly Shelf Empty =
            new(null, ImmutableDictionary<int, ServedModel>.Empty, ImmutableDictionary<string, AliasPointer>.Empty);

        public Shelf With(ServedModel model, bool published, List<ServedModel> dropped)
        {
            var version = model.Manifest.Version;
            if (Versions.TryGetValue(version, out var replaced))
            {
                dropped.Add(replaced);
            }

            var isCurrent = Current == replaced && replaced is not null
                || (published && version > (Current?.Manifest.Version ?? 0));
            return this with { Current = isCurrent ? model : Current, Versions = Versions.SetItem(version, model) };
        }

        public Shelf Pointing(AliasPointer? pointer) =>
            pointer is not null && (Aliases.GetValueOrDefault(pointer.Alias)?.Number ?? -1) < pointer.Number
                ? this with { Aliases = Aliases.SetItem(pointer.Alias, pointer) }
                : this;

        /// <summary>Drops the older versions without alias that were not used for the longest time.</summary>
        public Shelf Within(int keptVersions, List<ServedModel> dropped)
        {
            var surplus = Versions.Values
                .Where(model => model != Current && !Aliases.Values.Any(pointer => pointer.Version == model.Manifest.Version))
                .OrderByDescending(model => model.LastUse)
                .Skip(keptVersions)
                .ToList();
            dropped.AddRange(surplus);
            return this with { Versions = Versions.RemoveRange(surplus.Select(model => model.Manifest.Version)) };
        }
    }
}
