using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Serving.Models;

/// <summary>
/// The loaded models, all within one memory budget. A request sees either the old or the new version, never none and never half of one;
/// a version that is dropped stays in memory until the last prediction with it has ended.
/// </summary>
internal sealed class ModelCatalog(IOptions<ServingOptions> options) : IDisposable
{
    private readonly Lock _writing = new();
    private volatile ImmutableSortedDictionary<string, ModelShelf> _shelves =
        ImmutableSortedDictionary.Create<string, ModelShelf>(StringComparer.Ordinal);

    private long _uses;

    /// <summary>Names of the models that are served, in order.</summary>
    public IReadOnlyList<string> Names =>
        [.. _shelves.Where(shelf => shelf.Value.Newest is not null).Select(shelf => shelf.Key)];

    /// <summary>All models as they are now, by name.</summary>
    public IReadOnlyDictionary<string, ModelShelf> Shelves => _shelves;

    /// <summary>How much memory the loaded versions may take, in bytes.</summary>
    public long Budget => options.Value.MemoryMegabytes * 1024L * 1024;

    /// <summary>How much they take, in bytes, estimated.</summary>
    public long UsedBytes => BytesOf(_shelves);

    /// <summary>Every loaded version, by name and number.</summary>
    public IReadOnlyList<ServedModel> Loaded =>
        [.. _shelves.Values.SelectMany(shelf => shelf.Versions.Values.OrderBy(model => model.Manifest.Version))];

    /// <summary>Whether this very version, with this very file, is loaded.</summary>
    public bool Has(ModelVersion manifest) =>
        Find(new ModelReference(manifest.Name, manifest.Version))?.Manifest.Artifact == manifest.Artifact;

    /// <summary>The version that answers requests which name no version, loaded or not; null = none.</summary>
    public ModelVersion? Newest(string name) => _shelves.GetValueOrDefault(name)?.Newest;

    /// <summary>Its number.</summary>
    public int? CurrentVersion(string name) => Newest(name)?.Version;

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

    /// <summary>Takes a loaded model over; where the budget needs it, others without alias go.</summary>
    /// <param name="model">The model.</param>
    /// <param name="published">Whether it may answer requests that name no version, if it is newer than what does so
    /// now.</param>
    /// <param name="pointer">An alias that is to point at it; null = none.</param>
    /// <exception cref="MeshException">It does not fit; nothing was changed.</exception>
    public void Add(ServedModel model, bool published, AliasPointer? pointer = null)
    {
        model.LastUse = Interlocked.Increment(ref _uses);
        Change(model.Manifest.Name, (shelf, dropped) => shelf.With(model, published, dropped).Pointing(pointer), model);
    }

    /// <summary>Points an alias at a version, unless a later move is known.</summary>
    public void Point(string name, AliasPointer pointer) => Change(name, (shelf, _) => shelf.Pointing(pointer));

    /// <summary>Forgets an alias; its version may go like any other.</summary>
    public void Forget(string name, string alias) => Change(name, (shelf, _) => shelf.WithoutAlias(alias));

    /// <summary>Drops the versions that are chosen; what is known of aliases and the newest stays.</summary>
    public void Drop(string name, Func<int, bool> isChosen) => Change(name, (shelf, dropped) =>
        shelf.Without(shelf.Versions.Values.Where(model => isChosen(model.Manifest.Version)), dropped));

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

    private void Change(string name, Func<ModelShelf, List<ServedModel>, ModelShelf> change, ServedModel? added = null)
    {
        List<ServedModel> dropped = [];
        lock (_writing)
        {
            var shelf = change(_shelves.GetValueOrDefault(name, ModelShelf.Empty), dropped).Within(options.Value.KeptVersions, dropped);
            var shelves = _shelves.SetItem(name, shelf);
            _shelves = added is null ? shelves : WithinBudget(shelves, added, dropped);
        }

        dropped.ForEach(old => old.Release());
    }

    /// <summary>Drops what was not used for the longest time until the rest fits: older versions first, then newest ones, never one with an alias.</summary>
    private ImmutableSortedDictionary<string, ModelShelf> WithinBudget(
        ImmutableSortedDictionary<string, ModelShelf> shelves, ServedModel added, List<ServedModel> dropped)
    {
        for (var used = BytesOf(shelves); used > Budget;)
        {
            var victim = shelves.Values
                .SelectMany(shelf => shelf.Versions.Values, (shelf, model) => (Shelf: shelf, Model: model, model.Manifest.Version))
                .Where(loaded => loaded.Model != added && !loaded.Shelf.HasAlias(loaded.Version))
                .OrderBy(loaded => loaded.Version == loaded.Shelf.Newest?.Version)
                .ThenBy(loaded => loaded.Model.LastUse)
                .FirstOrDefault();
            if (victim.Model is null)
            {
                throw new MeshException(
                    ErrorCode.ResourceExhausted,
                    $"It takes {Megabytes(added.Bytes)} MB; with the versions that have an alias that is {Megabytes(used)} MB of the "
                    + $"{options.Value.MemoryMegabytes} MB that models may take. Raise Skipper:Serving:MemoryMegabytes, or remove an alias.");
            }

            used -= victim.Model.Bytes;
            shelves = shelves.SetItem(victim.Model.Manifest.Name, victim.Shelf.Without([victim.Model], dropped));
        }

        return shelves;
    }

    private static long BytesOf(ImmutableSortedDictionary<string, ModelShelf> shelves) =>
        shelves.Values.Sum(shelf => shelf.Versions.Values.Sum(model => model.Bytes));

    private static string Megabytes(long bytes) => FormattableString.Invariant($"{bytes / 1024.0 / 1024:0.#}");

    private ServedModel? Find(ModelReference reference) => _shelves.GetValueOrDefault(reference.Name)?.Find(reference);
}
