using Microsoft.Extensions.Options;
using Skipper.Services.Serving.Lanes;
using Skipper.Shared.Engines;
using Skipper.Shared.Engines.Transforms;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Artifacts;

namespace Skipper.Services.Serving.Models;

/// <summary>Turns a manifest into a model that is known to work.</summary>
internal sealed class ModelOpener(
    IArtifactStore artifacts, EngineCatalog engines, LaneSettings lanes, IOptions<ServingOptions> options, TimeProvider time)
{
    /// <summary>
    /// Reads the file (the store checks its digest), loads it and replays its golden rows before anybody else asks.
    /// </summary>
    public async Task<ServedModel> OpenAsync(ModelVersion manifest, CancellationToken cancellationToken)
    {
        var engine = engines.ResolveForLoading(manifest.Engine);
        RequireLibrary(manifest, engine);
        var preparation = manifest.Preprocessing is { } transform
            ? new Preparation(manifest, FittedTransform.Read(await ReadAsync(transform, cancellationToken)))
            : null;
        var file = await ReadAsync(manifest.Artifact, cancellationToken);
        RequireRoom(file.Length);
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var model = engine.Load(file);
        try
        {
            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
            ModelTrial.Require(manifest, model);
            var served = new ServedModel(manifest, model, lanes)
            {
                Preparation = preparation,
                Bytes = SizeOf(file.Length, allocated),
                LoadedAt = time.GetUtcNow(),
            };
            await served.Lane.WarmUpAsync();
            return served;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    private async Task<byte[]> ReadAsync(string digest, CancellationToken cancellationToken)
    {
        using var file = new MemoryStream();
        await using var stream = await artifacts.OpenAsync(digest, cancellationToken);
        await stream.CopyToAsync(file, cancellationToken);
        return file.ToArray();
    }

    // Newer libraries write what older ones read without an error and predict wrongly from.
    private static void RequireLibrary(ModelVersion manifest, IModelEngine engine)
    {
        if (!engine.KnowsItsFiles
            && Version.TryParse(manifest.EngineVersion, out var made) && Version.TryParse(engine.Version, out var here)
            && (made.Major, made.Minor).CompareTo((here.Major, here.Minor)) > 0)
        {
            throw new InvalidDataException(
                $"It was made with {manifest.Engine} {manifest.EngineVersion}, this process has {engine.Version}, which may read it wrongly; "
                + "upgrade the library or train the model again.");
        }
    }

    private void RequireRoom(int length)
    {
        if (SizeOf(length, 0) > options.Value.MemoryMegabytes * 1024L * 1024)
        {
            throw new MeshException(
                ErrorCode.ResourceExhausted,
                $"Its file has {length / 1024 / 1024} MB, and all models together may take {options.Value.MemoryMegabytes} MB; "
                + "raise Skipper:Serving:MemoryMegabytes.");
        }
    }

    /// <summary>
    /// A library keeps about as much as the file has; the engine keeps at most what it has allocated while it was loading, but that
    /// counts what was only needed to read the file, too.
    /// </summary>
    private static long SizeOf(long file, long allocated) => file + Math.Clamp(allocated, file, 4 * file);
}
