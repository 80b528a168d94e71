using System.Text.RegularExpressions;
using Skipper.Services.Data.Tables;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Data.Datasets;

internal sealed class ListDatasetVersionsHandler(DatasetCatalog catalog, DatasetRegistry registry)
    : IMessageHandler<ListDatasetVersions, DatasetVersionList>
{
    public async Task<DatasetVersionList> HandleAsync(
        ListDatasetVersions message, MessageContext context, CancellationToken cancellationToken)
    {
        var newest = await catalog.FindAsync(message.Data.Name, null, cancellationToken);
        return new DatasetVersionList
        {
            Versions = await registry.ListAsync(newest.Name, message.Data.Version, cancellationToken),
            Tags = await registry.TagsAsync(newest.Name, cancellationToken),
        };
    }
}

internal sealed class DescribeDatasetHandler(DatasetCatalog catalog, DatasetRegistry registry, TypedTableStore tables)
    : IMessageHandler<DescribeDataset, DatasetManifest>
{
    public async Task<DatasetManifest> HandleAsync(
        DescribeDataset message, MessageContext context, CancellationToken cancellationToken)
    {
        var dataset = await catalog.FindAsync(message.Data, cancellationToken);
        var (name, version) = (dataset.Name, dataset.Version);
        var record = await registry.ReadAsync(name, version, cancellationToken);
        return new DatasetManifest
        {
            Dataset = dataset,
            Transform = record.Transform,
            Parameters = record.Parameters,
            Sources = record.SourceNames,
            Parents = await registry.ParentsAsync(name, version, cancellationToken),
            Children = await registry.ChildrenAsync(name, version, cancellationToken),
            Tags = [.. (await registry.TagsAsync(name, cancellationToken)).Where(tag => tag.Version == version).Select(tag => tag.Tag)],
            Rejects = record.Rejects,
            Table = record.RowsTable is null ? null : tables.NameOf(new TypedTable(record.RowsTable, DatasetCatalog.SchemaOf(dataset))),
        };
    }
}

/// <summary>Moves a tag. Idempotent: it says where the tag is to point, not how far it is to move.</summary>
internal sealed partial class TagDatasetHandler(DatasetCatalog catalog, DatasetRegistry registry)
    : IMessageHandler<TagDataset, DatasetTag>
{
    public async Task<DatasetTag> HandleAsync(TagDataset message, MessageContext context, CancellationToken cancellationToken)
    {
        var (tag, version) = (message.Data.Tag, message.Data.Version);
        if (!Name().IsMatch(tag) || tag.All(char.IsAsciiDigit))
        {
            throw MeshException.InvalidArgument(
                $"A tag is named by 1 to 64 lower case letters, digits, -, _ and ., not only digits, found '{tag}'.");
        }

        var dataset = await catalog.FindAsync(message.Data.Name, version, cancellationToken);
        return await registry.MoveTagAsync(dataset.Name, tag, version, cancellationToken);
    }

    [GeneratedRegex(@"^[a-z0-9][a-z0-9_.-]{0,63}\z")]
    private static partial Regex Name();
}

internal sealed class DiffDatasetsHandler(DatasetComparer comparer) : IMessageHandler<DiffDatasets, DatasetDiff>
{
    public Task<DatasetDiff> HandleAsync(DiffDatasets message, MessageContext context, CancellationToken cancellationToken) =>
        comparer.CompareAsync(message.Data, cancellationToken);
}

/// <summary>Idempotent: the same version makes the same file.</summary>
internal sealed class ExportDatasetHandler(DatasetCatalog catalog, DatasetExporter exporter)
    : IMessageHandler<ExportDataset, DatasetExport>
{
    public async Task<DatasetExport> HandleAsync(
        ExportDataset message, MessageContext context, CancellationToken cancellationToken)
    {
        var dataset = await catalog.FindAsync(message.Data, cancellationToken);
        return new DatasetExport { Dataset = dataset, Artifact = await exporter.ExportAsync(dataset, cancellationToken) };
    }
}
