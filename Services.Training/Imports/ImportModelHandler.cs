using Skipper.Services.Training.Models;
using Skipper.Shared.Engines;
using Skipper.Shared.Engines.Remote;
using Skipper.Shared.Engines.Transforms;
using Skipper.Shared.Engines.XGBoost;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Storage.Artifacts;

namespace Skipper.Services.Training.Imports;

/// <summary>
/// Registers a model file that was made elsewhere. A second delivery finds, by the id of its step, what was registered.
/// </summary>
internal sealed class ImportModelHandler(
    IArtifactStore artifacts, EngineCatalog engines, ModelStore models, ModelPublisher publisher, TimeProvider time)
    : IMessageHandler<ImportModel, ModelVersion>
{
    private const int LargestFile = 512 * 1024 * 1024;

    public async Task<ModelVersion> HandleAsync(ImportModel message, MessageContext context, CancellationToken cancellationToken)
    {
        var wanted = message.Data;
        var model = context.StepId is { } stepId ? await models.FindByStepAsync(stepId, cancellationToken) : null;
        if (model is null)
        {
            ImportChecks.RequireName(wanted.Name);
            var imported = Import(wanted, await ReadAsync(wanted.Artifact, cancellationToken));
            var transform = wanted.Preprocessing is { } digest ? await ReadTransformAsync(digest, cancellationToken) : null;
            using var file = new MemoryStream(imported.File, writable: false);
            var draft = ImportedVersion.Describe(
                wanted, imported, transform, engines.ResolveForLoading(imported.Engine), await artifacts.PutAsync(file, cancellationToken), context.RunId,
                time.GetUtcNow());
            model = await models.RegisterAsync(draft, context.StepId, cancellationToken);
        }

        await publisher.PublishAsync(model, cancellationToken);
        return model;
    }

    private static ImportedModel Import(ImportModel.ModelFile wanted, byte[] file)
    {
        var (import, expected) = wanted.Engine switch
        {
            null or XGBoostEngine.EngineName => ((Func<ReadOnlyMemory<byte>, ImportedModel>)XGBoostEngine.Import,
                "Expected a model that XGBoost saved as JSON or UBJ (save_model('model.json')): "),
            RemoteEngine.EngineName => (RemoteEngine.Import, ""),
            var other => throw MeshException.InvalidArgument(
                $"data.engine must be {XGBoostEngine.EngineName} or {RemoteEngine.EngineName}, was '{other}'."),
        };
        try
        {
            return import(file);
        }
        catch (InvalidDataException exception)
        {
            throw new MeshException(ErrorCode.InvalidArgument, $"{expected}{exception.Message}", exception);
        }
    }

    private async Task<FittedTransform> ReadTransformAsync(string digest, CancellationToken cancellationToken)
    {
        try
        {
            return FittedTransform.Read(await ReadAsync(digest, cancellationToken));
        }
        catch (InvalidDataException exception)
        {
            throw new MeshException(ErrorCode.InvalidArgument, $"data.preprocessing: {exception.Message}", exception);
        }
    }

    private async Task<byte[]> ReadAsync(string artifact, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = await artifacts.OpenAsync(artifact, cancellationToken);
            return await ReadAsync(stream, cancellationToken);
        }
        catch (FileNotFoundException)
        {
            throw MeshException.NotFound(
                $"There is no artifact '{artifact}'. POST the file to /api/v1/skipper/models/{{name}}/versions, which stores it.");
        }
    }

    private static async Task<byte[]> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream();
        var block = new byte[64 * 1024];
        while (await stream.ReadAsync(block, cancellationToken) is var count and > 0)
        {
            if (buffer.Length + count > LargestFile)
            {
                throw MeshException.InvalidArgument($"A model file may have at most {LargestFile / 1024 / 1024} MiB.");
            }

            buffer.Write(block.AsSpan(0, count));
        }

        return buffer.ToArray();
    }
}
