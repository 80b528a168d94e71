using Skipper.Services.Data.Datasets;
using Skipper.Services.Data.Features.Fitting;
using Skipper.Services.Data.Tables;
using Skipper.Shared.Engines.Transforms;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Storage.Artifacts;

namespace Skipper.Services.Data.Features;

/// <summary>Fits a transform. Idempotent by content: the same request has the same artifacts and is remembered once.</summary>
internal sealed class FitTransformHandler(DatasetCatalog catalog, TransformStore transforms, IArtifactStore artifacts)
    : IMessageHandler<FitTransform, TransformFit>
{
    public async Task<TransformFit> HandleAsync(FitTransform message, MessageContext context, CancellationToken cancellationToken)
    {
        var options = message.Data;
        var version = await catalog.FindAsync(options.Dataset, options.Version, cancellationToken);
        var schema = DatasetCatalog.SchemaOf(version);
        int[] targets = [.. options.Targets.Select(target => schema.RequireNumber(target, "a target"))];
        var fitter = new TransformFitter(schema, options.Columns, targets);
        var parts = new RowParts(schema, targets, options.Split);

        context.Report(0, "Dividing the rows");
        await catalog.ReadAsync(version, parts.Add, cancellationToken);
        parts.Finish();
        var fitted = await FitAsync(version, fitter, parts, context, cancellationToken);

        context.Report(80, "Transforming the rows");
        var arrays = new PartMatrices(fitted, fitter.Places, targets, parts);
        await catalog.ReadAsync(version, arrays.Add, cancellationToken);
        var fit = new TransformFit
        {
            Dataset = version,
            Options = options,
            Transform = await PutAsync(stream => stream.Write(fitted.Write()), cancellationToken),
            Outputs = fitted.Outputs,
            Train = await StoreAsync(arrays, RowPart.Train, cancellationToken),
            Test = await StoreAsync(arrays, RowPart.Test, cancellationToken),
            Validation = await StoreAsync(arrays, RowPart.Validation, cancellationToken),
            DroppedRowCount = parts.CountOf(RowPart.Dropped),
        };
        await transforms.AddAsync(fit, cancellationToken);
        return fit;
    }

    private async Task<FittedTransform> FitAsync(
        DatasetVersion version, TransformFitter fitter, RowParts parts, MessageContext context, CancellationToken cancellationToken)
    {
        for (var pass = 1; !fitter.IsDone; pass++)
        {
            context.Report(Math.Min(70, 20 * pass), $"Learning from the training part, step {pass}");
            await catalog.ReadAsync(version, batch => Learn(fitter, parts, batch), cancellationToken);
            fitter.FinishPass();
        }

        return fitter.Finish(version.Digest, parts.CountOf(RowPart.Train));
    }

    private static void Learn(TransformFitter fitter, RowParts parts, RowBatch batch)
    {
        for (var row = 0; row < batch.Count; row++)
        {
            // Lines of a version count its rows from 1.
            if (parts[batch.Lines[row] - 1] is RowPart.Train)
            {
                fitter.Add(batch, row);
            }
        }
    }

    private async Task<TransformedPart> StoreAsync(PartMatrices arrays, RowPart part, CancellationToken cancellationToken) => new()
    {
        RowCount = arrays.RowCount(part),
        Features = await PutAsync(stream => arrays.WriteFeatures(stream, part), cancellationToken),
        Targets = arrays.HasTargets ? await PutAsync(stream => arrays.WriteTargets(stream, part), cancellationToken) : null,
    };

    private async Task<string> PutAsync(Action<Stream> write, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        write(content);
        content.Position = 0;
        return await artifacts.PutAsync(content, cancellationToken);
    }
}
