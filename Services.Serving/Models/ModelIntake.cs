using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Serving.Models;

/// <summary>
/// Brings versions into the catalog, one at a time and each once; a version that fails leaves all others serving.
/// </summary>
internal sealed partial class ModelIntake(
    ModelCatalog catalog, ModelOpener opener, ManifestStore store, ILogger<ModelIntake> logger) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly Dictionary<ModelReference, string> _failures = [];

    /// <summary>
    /// Loads a published version, if it is not loaded and no newer one is; a failure is logged, not thrown.
    /// </summary>
    public async Task<bool> TryPublishAsync(ModelVersion manifest, CancellationToken cancellationToken)
    {
        if (catalog.CurrentVersion(manifest.Name) > manifest.Version)
        {
            return true;
        }

        try
        {
            await LoadAsync(manifest, published: true, cancellationToken);
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

        try
        {
            await LoadAsync(manifest, published: false, new AliasPointer(alias.Alias, alias.Version, alias.Number), cancellationToken);
            await RememberAsync(() => store.SaveAsync(alias, manifest, cancellationToken), manifest, cancellationToken);
            return true;
        }
        catch (MeshException)
        {
            return false;
        }
    }

    /// <summary>Loads a version for those who name it.</summary>
    /// <exception cref="MeshException">It cannot be loaded here; says why.</exception>
    public Task LoadAsync(ModelVersion manifest, bool published, CancellationToken cancellationToken) =>
        LoadAsync(manifest, published, null, cancellationToken);

    /// <summary>The same, and points an alias at it.</summary>
    /// <exception cref="MeshException">It cannot be loaded here; says why.</exception>
    public async Task LoadAsync(ModelVersion manifest, bool published, AliasPointer? pointer, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (catalog.Has(manifest) && (!published || catalog.CurrentVersion(manifest.Name) >= manifest.Version))
            {
                if (pointer is not null)
                {
                    catalog.Point(manifest.Name, pointer);
                }

                return;
            }

            catalog.Add(await OpenAsync(manifest, cancellationToken), published, pointer);
            LogLoaded(manifest.Name, manifest.Version, manifest.Engine);
            if (published)
            {
                await RememberAsync(() => store.SaveAsync(manifest, cancellationToken), manifest, cancellationToken);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task<ServedModel> OpenAsync(ModelVersion manifest, CancellationToken cancellationToken)
    {
        var reference = new ModelReference(manifest.Name, manifest.Version);
        try
        {
            var model = await opener.OpenAsync(manifest, cancellationToken);
            _failures.Remove(reference);
            return model;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Whatever is wrong with one file, the models that work must go on serving. It is tried again at the next
            // refresh, and logged again only when the reason changes.
            if (_failures.GetValueOrDefault(reference) != exception.Message)
            {
                _failures[reference] = exception.Message;
                LogNotLoaded(exception, manifest.Name, manifest.Version, catalog.CurrentVersion(manifest.Name));
            }

            throw new MeshException(
                ErrorCode.FailedPrecondition, $"Model '{reference}' cannot be loaded here: {exception.Message}", exception);
        }
    }

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
