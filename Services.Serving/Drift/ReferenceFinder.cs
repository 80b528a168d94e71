using System.Collections.Concurrent;
using Skipper.Services.Serving.Models;
using Skipper.Shared.Engines.Transforms;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Rpc;
using Skipper.Shared.Storage.Artifacts;

namespace Skipper.Services.Serving.Drift;

/// <summary>Asks the registry once for what a version was trained on; that never changes.</summary>
internal sealed class ReferenceFinder(IRpcClient rpc, IArtifactStore artifacts)
{
    private readonly ConcurrentDictionary<ModelReference, VersionReference?> _known = new();

    /// <param name="version">Name and version.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>Null where nothing is known of the rows it was trained on, and never will be.</returns>
    /// <exception cref="MeshException">The registry does not answer.</exception>
    public async ValueTask<VersionReference?> FindAsync(ModelReference version, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(version, out var known))
        {
            return known;
        }

        try
        {
            var name = new ModelName { Name = version.Name, Version = version.Version };
            var card = await rpc.CallAsync(new DescribeModel { Data = name }, cancellationToken: cancellationToken);
            return _known[version] = VersionReference.Of(card.Model, await TransformOfAsync(card.Model, cancellationToken));
        }
        catch (MeshException exception) when (exception.Code is ErrorCode.NotFound)
        {
            return _known[version] = null;
        }
    }

    private async Task<FittedTransform?> TransformOfAsync(ModelVersion model, CancellationToken cancellationToken)
    {
        if (model.Preprocessing is not { } digest)
        {
            return null;
        }

        using var json = new MemoryStream();
        await using var stream = await artifacts.OpenAsync(digest, cancellationToken);
        await stream.CopyToAsync(json, cancellationToken);
        return FittedTransform.Read(json.ToArray());
    }
}
