using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Services.Serving.Models;

/// <summary>Tells which versions this worker serves, and why others not.</summary>
internal sealed class ServedModelIndex(ModelCatalog catalog, LoadStates states, Withdrawals withdrawals)
{
    private const string Ready = "READY";
    private const string Loading = "LOADING";
    private const string Unavailable = "UNAVAILABLE";

    private static readonly string Worker = $"{Environment.MachineName}:{Environment.ProcessId}";

    public ServedModelList Read(ServedModelFilter? filter)
    {
        var wanted = filter?.Model is { } model ? ModelReference.Parse(model) : (ModelReference?)null;
        var shelves = catalog.Shelves;
        var statuses = shelves.SelectMany(shelf => Loaded(shelf.Value).Concat(Expected(shelf.Key, shelf.Value)))
            .Concat(states.All.Where(state => !IsLoaded(state.Manifest)).Select(StatusOf))
            // What is expected and failed is told once, with its reason.
            .GroupBy(status => (status.Name, status.Version)).Select(group => group.Last())
            .Where(status => wanted is not { } reference || IsMeant(reference, status))
            .Where(status => filter is not { Ready: true } || status.State == Ready);
        return new ServedModelList
        {
            Worker = Worker,
            Models = [.. statuses.OrderBy(status => status.Name, StringComparer.Ordinal).ThenBy(status => status.Version)],
            UsedBytes = catalog.UsedBytes,
            BudgetBytes = catalog.Budget,
        };
    }

    private bool IsLoaded(ModelVersion manifest) =>
        catalog.Shelves.GetValueOrDefault(manifest.Name)?.Versions.ContainsKey(manifest.Version) == true;

    private static bool IsMeant(ModelReference reference, ServedModelStatus status) =>
        reference.Name == status.Name
        && (reference.Version ?? status.Version) == status.Version
        && (reference.Alias is null || status.Aliases.Contains(reference.Alias));

    private IEnumerable<ServedModelStatus> Loaded(ModelShelf shelf) => shelf.Versions.Values.Select(model =>
        Describe(model.Manifest, shelf) with
        {
            State = Ready,
            Reason = states.Find(model.Manifest)?.Failure,
            Bytes = model.Bytes,
            LoadedAt = model.LoadedAt,
        });

    /// <summary>Versions that requests mean by an alias or by naming none, and that are not loaded.</summary>
    private IEnumerable<ServedModelStatus> Expected(string name, ModelShelf shelf)
    {
        if (shelf.Newest is { } newest && !shelf.Versions.ContainsKey(newest.Version))
        {
            yield return Describe(newest, shelf) with { Reason = WhyGone(name, newest.Version) };
        }

        foreach (var version in shelf.Aliases.Values.Select(pointer => pointer.Version).Distinct())
        {
            if (!shelf.Versions.ContainsKey(version) && version != shelf.Newest?.Version)
            {
                yield return new ServedModelStatus
                {
                    Name = name,
                    Version = version,
                    State = Unavailable,
                    Reason = WhyGone(name, version),
                    Unloaded = withdrawals.Contain(name, version),
                    Aliases = AliasesOf(shelf, version),
                };
            }
        }
    }

    private ServedModelStatus StatusOf(LoadState state) =>
        Describe(state.Manifest, catalog.Shelves.GetValueOrDefault(state.Manifest.Name, ModelShelf.Empty)) with
        {
            State = state.IsLoading ? Loading : Unavailable,
            Reason = state.Failure,
        };

    private string WhyGone(string name, int version) => withdrawals.Contain(name, version)
        ? "unloaded by request"
        : "not used for long and unloaded to make room; it is loaded again when it is asked";

    private ServedModelStatus Describe(ModelVersion manifest, ModelShelf shelf) => new()
    {
        Name = manifest.Name,
        Version = manifest.Version,
        State = Unavailable,
        Engine = manifest.Engine,
        Current = shelf.Newest?.Version == manifest.Version,
        Unloaded = withdrawals.Contain(manifest.Name, manifest.Version),
        Aliases = AliasesOf(shelf, manifest.Version),
    };

    private static string[] AliasesOf(ModelShelf shelf, int version) =>
    [
        .. shelf.Aliases.Values.Where(pointer => pointer.Version == version)
            .Select(pointer => pointer.Alias).Order(StringComparer.Ordinal),
    ];
}
