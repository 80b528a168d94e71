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
    public void Add(ServedModel model, bool published)
    {
        List<ServedModel> dropped = [];
        lock (_writing)
        {
            model.LastUse = Interlocked.Increment(ref _uses);
            var shelf = _shelves.GetValueOrDefault(model.Manifest.Name, Shelf.Empty)
                .With(model, published, dropped)
                .Within(options.Value.KeptVersions, dropped);
            _shelves = _shelves.SetItem(model.Manifest.Name, shelf);
        }

        dropped.ForEach(old => old.Release());
    }

    public void Dispose()
    {
        lock (_writing)
        {
            var all = _shelves.Values.SelectMany(shelf => shelf.Versions.Values).ToList();
            _shelves = _shelves.Clear();
            all.ForEach(model => model.Release());
        }
    }

    private ServedModel? Find(ModelReference reference) => _shelves.TryGetValue(reference.Name, out var shelf)
        ? reference.Version is { } version ? shelf.Versions.GetValueOrDefault(version) : shelf.Current
        : null;

    /// <summary>The loaded versions of one model.</summary>
    private sealed record Shelf(ServedModel? Current, ImmutableDictionary<int, ServedModel> Versions)
    {
        public static readonly Shelf Empty = new(null, ImmutableDictionary<int, ServedModel>.Empty);

        public Shelf With(ServedModel model, bool published, List<ServedModel> dropped)
        {
            var version = model.Manifest.Version;
            if (Versions.TryGetValue(version, out var replaced))
            {
                dropped.Add(replaced);
            }

            var isCurrent = Current == replaced && replaced is not null
                || (published && version > (Current?.Manifest.Version ?? 0));
            return new Shelf(isCurrent ? model : Current, Versions.SetItem(version, model));
        }

        /// <summary>Drops the older versions that were not used for the longest time.</summary>
        public Shelf Within(int keptVersions, List<ServedModel> dropped)
        {
            var surplus = Versions.Values
                .Where(model => model != Current)
                .OrderByDescending(model => model.LastUse)
                .Skip(keptVersions)
                .ToList();
            dropped.AddRange(surplus);
            return this with { Versions = Versions.RemoveRange(surplus.Select(model => model.Manifest.Version)) };
        }
    }
}
