using System.Collections.Concurrent;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Serving.Models;

/// <summary>
/// Brings versions into the catalog, those of one model one at a time and each once; a version that fails leaves all others serving.
/// </summary>
internal sealed partial class ModelIntake(
    ModelCatalog catalog, ModelOpener opener, ManifestStore store, LoadStates states, Withdrawals withdrawals, ILogger<ModelIntake> logger)
    : IDisposable
{
    // A model that is slow to load keeps only those waiting that share its turn.
    private readonly SemaphoreSlim[] _turns = [.. Enumerable.Range(0, 8).Select(_ => new SemaphoreSlim(1))];
    private readonly ConcurrentDictionary<(string Name, string Alias), string> _cold = new();

    /// <summary>Aliases without a version that answers, and why.</summary>
    public IReadOnlyList<string> ColdAliases => [.. _cold.Select(alias => $"{alias.Key.Name}@{alias.Key.Alias}: {alias.Value}")];

    /// <summary>
    /// Loads a published version, if it is not known and no newer one is; a failure is logged, not thrown.
    /// </summary>
    public async Task<bool> TryPublishAsync(ModelVersion manifest, CancellationToken cancellationToken)
    {
        if (catalog.Newest(manifest.Name) is { } newest
            && (newest.Version > manifest.Version || (newest.Version == manifest.Version && newest.Artifact == manifest.Artifact)))
        {
            return true;
        }

        return await TryLoadAsync(manifest, published: true, cancellationToken);
    }

    /// <summary>Loads a version; a failure is logged, not thrown.</summary>
    public async Task<bool> TryLoadAsync(ModelVersion manifest, bool published, CancellationToken cancellationToken)
    {
        try
        {
            await LoadAsync(manifest, published, null, cancellationToken);
            return true;
        }
        catch (MeshException)
        {
            return false;
        }
    }

    /// <summary>
    /// Follows an alias: first the version it points at now is loaded, then the alias is moved, so that every prediction finds one. A
    /// failure is logged, not thrown; the alias stays where it was.
    /// </summary>
    public async Task<bool> TryFollowAsync(ModelAlias alias, ModelVersion manifest, CancellationToken cancellationToken)
    {
        if (catalog.FindAlias(alias.Name, alias.Alias)?.Number >= alias.Number)
        {
            return true;
        }

        var pointer = new AliasPointer(alias.Alias, alias.Version, alias.Number);
        try
        {
            if (withdrawals.Contain(alias.Name, alias.Version))
            {
                catalog.Point(alias.Name, pointer);
            }
            else
            {
                await LoadAsync(manifest, published: false, pointer, cancellationToken);
            }

            await RememberAsync(() => store.SaveAsync(alias, manifest, cancellationToken), manifest, cancellationToken);
            _cold.TryRemove((alias.Name, alias.Alias), out _);
            return true;
        }
        catch (MeshException exception)
        {
            if (catalog.FindAlias(alias.Name, alias.Alias) is null)
            {
                _cold[(alias.Name, alias.Alias)] = exception.Message;
            }

            return false;
        }
    }

    /// <summary>Loads a version, and points an alias at it where one is given.</summary>
    /// <exception cref="MeshException">It cannot be loaded here; says why.</exception>
    public async Task LoadAsync(ModelVersion manifest, bool published, AliasPointer? pointer, CancellationToken cancellationToken)
    {
        var turn = TurnOf(manifest.Name);
        await turn.WaitAsync(cancellationToken);
        try
        {
            withdrawals.Require(manifest.Name, manifest.Version);
            if (catalog.Has(manifest) && (!published || catalog.CurrentVersion(manifest.Name) >= manifest.Version))
            {
                if (pointer is not null)
                {
                    catalog.Point(manifest.Name, pointer);
                }

                return;
            }

            await OpenAsync(manifest, published, pointer, cancellationToken);
            LogLoaded(manifest.Name, manifest.Version, manifest.Engine);
            if (published)
            {
                await RememberAsync(() => store.SaveAsync(manifest, cancellationToken), manifest, cancellationToken);
            }
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Drops what was withdrawn; predictions under way end first.</summary>
    public async Task DropWithdrawnAsync(CancellationToken cancellationToken)
    {
        foreach (var name in catalog.Shelves.Keys)
        {
            // Whoever is loading one of them has asked before it was withdrawn, and ends before this looks.
            var turn = TurnOf(name);
            await turn.WaitAsync(cancellationToken);
            try
            {
                if (catalog.Shelves[name].Versions.Keys.Any(version => withdrawals.Contain(name, version)))
                {
                    catalog.Drop(name, version => withdrawals.Contain(name, version));
                    LogUnloaded(name);
                }
            }
            finally
            {
                turn.Release();
            }
        }
    }

    public void Dispose() => Array.ForEach(_turns, turn => turn.Dispose());

    private SemaphoreSlim TurnOf(string name) => _turns[(uint)name.GetHashCode(StringComparison.Ordinal) % (uint)_turns.Length];

    private async Task OpenAsync(ModelVersion manifest, bool published, AliasPointer? pointer, CancellationToken cancellationToken)
    {
        ServedModel? model = null;
        try
        {
            states.Loading(manifest);
            model = await opener.OpenAsync(manifest, cancellationToken);
            catalog.Add(model, published, pointer);
            states.Loaded(manifest);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Whatever is wrong with one file, the models that work must go on serving. It is tried again at the next
            // refresh, and logged again only when the reason changes.
            model?.Release();
            if (states.Failed(manifest, exception.Message))
            {
                LogNotLoaded(exception, manifest.Name, manifest.Version, catalog.CurrentVersion(manifest.Name));
            }

            throw NotLoaded(manifest, exception.Message, exception);
        }
        catch
        {
            model?.Release();
            states.Interrupted(manifest);
            throw;
        }
    }

    /// <summary>What whoever asks for a version is told that cannot be loaded.</summary>
    public static MeshException NotLoaded(ModelVersion manifest, string reason, Exception? exception = null) => new(
        exception is MeshException { Code: ErrorCode.ResourceExhausted or ErrorCode.Unavailable } known ? known.Code : ErrorCode.FailedPrecondition,
        $"Model '{manifest.Name}@{manifest.Version}' cannot be loaded here: {reason}",
        exception);

    private async Task RememberAsync(Func<Task> save, ModelVersion manifest, CancellationToken cancellationToken)
    {
        try
        {
            await save();
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // It is served all the same; only a start without the training service would not know it.
            LogNotRemembered(exception, manifest.Name, manifest.Version);
        }
    }
}
